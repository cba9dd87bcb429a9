package org.truckee.status;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.truckee.status.GridDetails.Server;

/// The state of a process for programs: `/status.json`, and Tahoe-LAFS's welcome JSON.
final class StatusJson {
    private StatusJson() {}

    static ObjectNode of(Snapshot snapshot) {
        ObjectNode json = object().put("role", snapshot.roles())
                .put("nickname", snapshot.nickname())
                .put("ready", snapshot.notReady().isEmpty());
        snapshot.notReady().ifPresent(why -> json.put("notReady", why));
        ArrayNode notices = json.putArray("notices");
        snapshot.notices()
                .forEach(notice ->
                        notices.addObject().put("level", lower(notice.level())).put("sentence", notice.sentence()));
        snapshot.services().values().forEach(status -> {
            switch (status.details()) {
                case GridDetails grid -> add(json, grid);
                case StorageDetails storage -> add(json, storage);
                case BoardDetails board -> add(json, board);
                case HelperDetails helper -> add(json, helper);
                case NothingKnown _ -> {}
            }
        });
        return json;
    }

    private static void add(ObjectNode json, GridDetails grid) {
        ArrayNode servers = json.putArray("servers");
        grid.servers().forEach(server -> servers.add(server(server)));
        ArrayNode introducers = json.putArray("introducers");
        grid.introducers().forEach(introducer -> introducers.add(introducer(introducer)));
        json.putObject("encoding")
                .put("needed", grid.coding().needed())
                .put("happy", grid.coding().happy())
                .put("total", grid.coding().total());
        grid.usableFreeBytes().ifPresent(bytes -> json.put("usableFreeBytes", bytes));
        json.putObject("mayFail")
                .put("read", grid.mayFail().read())
                .put("write", grid.mayFail().write());
        ArrayNode helpers = json.putArray("helpers");
        grid.helping().helpers().forEach(helper -> add(helpers, helper));
        ObjectNode readBack = json.putObject("readBack")
                .put("waiting", grid.helping().waiting())
                .put("verified", grid.helping().verified())
                .put("repaired", grid.helping().repaired());
        grid.helping().trouble().ifPresent(why -> readBack.put("lastError", why));
        json.set("uploads", transfers(grid.uploads()));
        json.set("downloads", transfers(grid.downloads()));
        json.putObject("announcements")
                .put("accepted", grid.announcements().accepted())
                .put("refused", grid.announcements().refused());
        json.put("sftpSessions", grid.sftpSessions());
        ArrayNode staged = json.putArray("staged");
        grid.staged()
                .forEach(file -> staged.addObject()
                        .put("id", file.id())
                        .put("bytes", file.bytes())
                        .put("since", file.since().toString())
                        .put("state", file.state()));
        add(json, grid.care());
        grid.root().recoveryFileAt().ifPresent(at -> json.put("recoveryFileAt", at.toString()));
        grid.root().fingerprint().ifPresent(fingerprint -> json.put("rootFingerprint", fingerprint));
    }

    private static void add(ObjectNode json, GridDetails.Care care) {
        ObjectNode files = json.putObject("files")
                .put("full", care.files().full())
                .put("reduced", care.files().reduced())
                .put("unreadable", care.files().unreadable())
                .put("unfinished", care.unfinished());
        care.files().walkedAt().ifPresent(at -> files.put("walkedAt", at.toString()));
        care.unlinkedBytes().ifPresent(bytes -> files.put("unlinkedBytes", bytes));
        care.walking()
                .ifPresent(since -> files.putObject("walking")
                        .put("since", since.toString())
                        .put("files", care.walked())
                        .put("repairing", care.repairing())
                        .put("repaired", care.repaired()));
        ObjectNode leases = json.putObject("leases");
        care.renewedAt().ifPresent(at -> leases.put("renewedAt", at.toString()));
        care.firstExpiry().ifPresent(at -> leases.put("firstExpiry", at.toString()));
    }

    private static ObjectNode introducer(GridDetails.Introducer introducer) {
        ObjectNode json = object().put("name", introducer.name())
                .put("address", introducer.address())
                .put("connected", introducer.failure().isEmpty());
        introducer.since().ifPresent(since -> json.put("since", since.toString()));
        introducer.failure().ifPresent(failure -> json.put("lastError", failure));
        return json;
    }

    private static ObjectNode server(Server server) {
        ObjectNode json = object().put("nodeid", server.id())
                .put("nickname", server.nickname())
                .put("role", server.role())
                .put("version", server.version())
                .put("connected", server.isConnected())
                .put("connection_status", connection(server));
        server.address().ifPresent(address -> json.put("address", address));
        server.since().ifPresent(since -> json.put("since", since.toString()));
        server.lastHeard().ifPresent(heard -> json.put("last_received_data", heard.toEpochMilli() / 1e3));
        server.latency().ifPresent(latency -> json.put("latencyMillis", latency.toNanos() / 1e6));
        server.availableBytes()
                .ifPresent(bytes -> json.put("availableBytes", bytes).put("available_space", bytes));
        server.usedBytes().ifPresent(bytes -> json.put("usedBytes", bytes));
        server.shares().ifPresent(shares -> json.put("shares", shares));
        server.filesystem().ifPresent(filesystem -> json.put("filesystem", filesystem));
        server.lastError().ifPresent(error -> json.put("lastError", error));
        ArrayNode tried = json.putArray("addressesTried");
        server.addressesTried()
                .forEach(attempt ->
                        tried.addObject().put("address", attempt.address()).put("failure", attempt.failure()));
        return json;
    }

    private static String connection(Server server) {
        return switch (server.presence()) {
            case CONNECTED -> "Connected to " + server.address().orElse("it");
            case NOT_CONNECTED -> "Not connected: " + server.lastError().orElse("not asked yet");
            case GONE -> "Gone";
        };
    }

    private static ArrayNode transfers(List<GridDetails.Transfer> transfers) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (var transfer : transfers) {
            ObjectNode json = all.addObject()
                    .put("startedAt", transfer.startedAt().toString())
                    .put("seconds", transfer.duration().toMillis() / 1e3)
                    .put("size", transfer.size())
                    .put("bytes", transfer.bytes())
                    .put("state", lower(transfer.state()))
                    .put("via", transfer.via())
                    .put("bytesPerSecond", transfer.bytesPerSecond());
            ArrayNode placement = json.putArray("placement");
            transfer.placement()
                    .forEach(place -> placement
                            .addObject()
                            .put("share", place.share())
                            .put("server", place.server())
                            .put("state", lower(place.state())));
            transfer.reason().ifPresent(reason -> json.put("reason", reason));
        }
        return all;
    }

    private static void add(ObjectNode json, StorageDetails storage) {
        json.put("nodeid", storage.id())
                .put("filesystem", storage.filesystem())
                .put("shares", storage.shares())
                .put("usedBytes", storage.shareBytes())
                .put("counted", storage.isCounted())
                .put("availableBytes", storage.availableBytes())
                .put("damagedFiles", storage.damagedFiles())
                .put("advisories", storage.advisories());
        ObjectNode crawler = json.putObject("crawler")
                .put("done", storage.crawled())
                .put("expiredShares", storage.expiredShares())
                .put("expiry", storage.expiry());
        storage.crawledAt().ifPresent(at -> crawler.put("completedAt", at.toString()));
    }

    private static void add(ObjectNode json, BoardDetails board) {
        json.putObject("announcements").put("accepted", board.accepted()).put("refused", board.refused());
        json.put("subscribers", board.subscribers());
        ArrayNode servers = json.putArray("servers");
        board.postings()
                .forEach(posting -> servers.addObject()
                        .put("nodeid", posting.id())
                        .put("nickname", posting.nickname())
                        .put("role", posting.service())
                        .put("address", posting.addresses())
                        .put("version", posting.version())
                        .put("seqnum", posting.seqnum())
                        .put("lastHeard", posting.heardAt().toString())
                        .put("gone", posting.isGone()));
    }

    private static void add(ObjectNode json, HelperDetails helper) {
        if (!json.has("servers")) { // a gateway in the same process has said it already
            ArrayNode servers = json.putArray("servers");
            helper.nodes().forEach(node -> {
                ObjectNode line = servers.addObject()
                        .put("nodeid", node.id())
                        .put("nickname", node.nickname())
                        .put("role", "storage")
                        .put("connected", node.isConnected());
                node.address().ifPresent(address -> line.put("address", address));
                node.lastError().ifPresent(error -> line.put("lastError", error));
                node.availableBytes().ifPresent(bytes -> line.put("availableBytes", bytes));
            });
        }
        ArrayNode expansions = json.putArray("expansions");
        helper.expansions()
                .forEach(one -> expansions
                        .addObject()
                        .put("client", one.client())
                        .put("storageIndex", one.storageIndex())
                        .put("startedAt", one.startedAt().toString())
                        .put("size", one.size())
                        .put("received", one.received())
                        .put("placed", one.placed())
                        .put("state", one.state()));
        ArrayNode relays = json.putArray("relays");
        helper.relays()
                .forEach(one -> relays.addObject()
                        .put("client", one.client())
                        .put("server", one.server())
                        .put("since", one.since().toString())
                        .put("up", one.up())
                        .put("down", one.down()));
        ArrayNode refusals = json.putArray("refusals");
        helper.refusals()
                .forEach(one -> refusals.addObject()
                        .put("at", one.at().toString())
                        .put("client", one.client())
                        .put("reason", one.reason()));
        ObjectNode kept = json.putObject("kept")
                .put("files", helper.kept().files())
                .put("bytes", helper.kept().bytes())
                .put("most", helper.kept().most());
        helper.kept().oldest().ifPresent(oldest -> kept.put("oldest", oldest.toString()));
        json.putObject("helperTotals")
                .put("receivedBytes", helper.totals().receivedBytes())
                .put("placedBytes", helper.totals().placedBytes())
                .put("relayedBytes", helper.totals().relayedBytes())
                .put("expansions", helper.totals().expansions())
                .put("failed", helper.totals().failed())
                .put("refused", helper.totals().refused());
    }

    private static void add(ArrayNode helpers, GridDetails.Helper helper) {
        ObjectNode json = helpers.addObject()
                .put("name", helper.name())
                .put("role", "helper")
                .put("address", helper.address())
                .put("connected", helper.isConnected());
        helper.since().ifPresent(since -> json.put("since", since.toString()));
        helper.lastError().ifPresent(error -> json.put("lastError", error));
    }

    /// What Tahoe-LAFS's welcome page gives.
    static ObjectNode welcome(Snapshot snapshot) {
        ObjectNode json = object();
        ArrayNode statuses = json.putObject("introducers").putArray("statuses");
        ArrayNode servers = json.putArray("servers");
        snapshot.grid().ifPresent(grid -> {
            grid.introducers()
                    .forEach(introducer -> statuses.add(introducer
                            .failure()
                            .map(failure -> "Not connected: " + failure)
                            .orElse("Connected to " + introducer.address())));
            grid.servers().forEach(server -> {
                ObjectNode line = servers.addObject()
                        .put("nodeid", server.id())
                        .put("nickname", server.nickname())
                        .put("connection_status", connection(server))
                        .put("version", server.version());
                server.availableBytes()
                        .ifPresentOrElse(
                                bytes -> line.put("available_space", bytes), () -> line.putNull("available_space"));
                server.lastHeard()
                        .ifPresentOrElse(
                                heard -> line.put("last_received_data", heard.toEpochMilli() / 1e3),
                                () -> line.putNull("last_received_data"));
            });
        });
        return json;
    }

    /// For the chart, a list of numbers per line; rates are per second.
    static ObjectNode history(List<Traffic.Sample> samples) {
        ObjectNode json = object();
        ArrayNode times = json.putArray("time");
        ArrayNode up = json.putArray("up");
        ArrayNode down = json.putArray("down");
        ArrayNode free = json.putArray("free");
        for (int i = 1; i < samples.size(); i++) {
            Traffic.Sample before = samples.get(i - 1);
            Traffic.Sample now = samples.get(i);
            double seconds =
                    Math.max(0.001, (now.at().toEpochMilli() - before.at().toEpochMilli()) / 1e3);
            times.add(now.at().getEpochSecond());
            up.add(Math.max(0, (now.uploaded() - before.uploaded()) / seconds));
            down.add(Math.max(0, (now.downloaded() - before.downloaded()) / seconds));
            now.free().ifPresentOrElse(free::add, free::addNull);
        }
        return json;
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
