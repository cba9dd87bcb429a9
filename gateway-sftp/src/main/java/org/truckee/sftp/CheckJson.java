package org.truckee.sftp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.FileCap;
import org.truckee.client.cap.ReadCap;
import org.truckee.client.cap.UnknownCap;
import org.truckee.client.cap.VerifyCap;
import org.truckee.client.cap.WriteCap;
import org.truckee.client.check.Checked;
import org.truckee.client.check.Met;
import org.truckee.client.check.WalkCounts;
import org.truckee.client.grid.GridServer;
import org.truckee.client.health.DamagedShare;
import org.truckee.client.health.FileHealth;

/// What checks say, in the words of Tahoe-LAFS's `t=check` and `t=stream-deep-check` (`docs/frontends/webapi.rst`),
/// with a few of our own: `state`, `repair-failure`, and what went wrong where nothing could be checked.
final class CheckJson {
    private CheckJson() {}

    /// One file or directory; `repair` if it was to be repaired.
    static ObjectNode of(Optional<Checked> checked, boolean repair) {
        if (checked.isEmpty()) {
            return literal(repair);
        }
        return repair ? repaired(checked.get()) : checked(checked.get().found());
    }

    private static ObjectNode literal(boolean repair) {
        ObjectNode json = object().put("storage-index", "").put("summary", "Healthy (literal)");
        if (repair) {
            json.put("repair-attempted", false);
        }
        json.putObject("results").put("healthy", true);
        return json;
    }

    private static ObjectNode repaired(Checked checked) {
        boolean tried = !(checked.repair() instanceof Checked.Repair.NotTried);
        ObjectNode json = object().put(
                        "storage-index", checked.found().storageIndex().toString())
                .put("repair-attempted", tried)
                .put("repair-successful", checked.repair() instanceof Checked.Repair.Done);
        if (checked.repair() instanceof Checked.Repair.Failed(FileHealth _, String why)) {
            json.put("repair-failure", why);
        }
        json.set("pre-repair-results", checked(checked.found()));
        json.set("post-repair-results", checked(checked.now()));
        return json;
    }

    private static ObjectNode checked(FileHealth health) {
        ObjectNode json =
                object().put("storage-index", health.storageIndex().toString()).put("summary", summary(health));
        json.set("results", results(health));
        return json;
    }

    private static String summary(FileHealth health) {
        if (health.isHealthy()) {
            return "Healthy";
        }
        return "Not Healthy: " + health.goodShares() + " shares (enc "
                + health.encoding().required() + "-of-" + health.encoding().total() + ")"
                + (health.isRecoverable() ? "" : ", not recoverable");
    }

    private static ObjectNode results(FileHealth health) {
        ObjectNode json = object().put("healthy", health.isHealthy())
                .put("state", health.state().name().toLowerCase(Locale.ROOT))
                .put("recoverable", health.isRecoverable())
                .put("count-happiness", health.happiness())
                .put("count-shares-good", health.goodShares())
                .put("count-shares-needed", health.encoding().required())
                .put("count-shares-expected", health.encoding().total())
                .put("count-good-share-hosts", health.goodServers().size())
                .put("count-wrong-shares", health.wrongShares())
                .put("count-recoverable-versions", health.recoverableVersions())
                .put("count-unrecoverable-versions", health.unrecoverableVersions())
                .put("count-corrupt-shares", health.damaged().size());
        ArrayNode corrupt = json.putArray("list-corrupt-shares");
        ArrayNode reasons = json.putArray("corrupt-share-reasons");
        health.damaged().stream()
                .sorted(Comparator.comparingInt(DamagedShare::share))
                .forEach(share -> {
                    corrupt.addArray()
                            .add(share.server().id().text())
                            .add(health.storageIndex().toString())
                            .add(share.share());
                    reasons.add(share.what());
                });
        ArrayNode responding = json.putArray("servers-responding");
        ids(health.responding()).forEach(responding::add);
        ObjectNode silent = json.putObject("servers-failing");
        health.unheard().forEach((server, why) -> silent.put(server.id().text(), why));
        ObjectNode sharemap = json.putObject("sharemap");
        health.holders().forEach((share, servers) -> {
            ArrayNode holders = sharemap.putArray(String.valueOf(share));
            ids(servers).forEach(holders::add);
        });
        return json;
    }

    private static List<String> ids(Collection<GridServer> servers) {
        return servers.stream().map(server -> server.id().text()).sorted().toList();
    }

    /// Something that a walk met.
    static ObjectNode of(Met met, boolean repair) {
        ObjectNode json = object();
        switch (met) {
            case Met.Looked looked -> {
                addKind(json, looked.cap());
                json.put(
                        "storage-index", looked.checked().found().storageIndex().toString());
                json.set(results(repair), of(Optional.of(looked.checked()), repair));
            }
            case Met.Literal literal -> {
                addKind(json, literal.cap());
                json.put("storage-index", "");
                json.set(results(repair), literal(repair));
            }
            case Met.Unreadable unreadable -> json.put("type", "unreadable").put("error", unreadable.why());
        }
        ArrayNode path = json.putArray("path");
        met.path().forEach(path::add);
        return json;
    }

    private static String results(boolean repair) {
        return repair ? "check-and-repair-results" : "check-results";
    }

    private static void addKind(ObjectNode json, Cap cap) {
        json.put("type", cap instanceof DirectoryCap ? "directory" : "file");
        verifier(cap).ifPresent(verifier -> json.put("verifycap", verifier.uri()));
    }

    private static Optional<Cap> verifier(Cap cap) {
        return switch (cap) {
            case DirectoryCap directory -> verifier(directory.file()).map(file -> new DirectoryCap((FileCap) file));
            case WriteCap file -> file.readOnly().verifier().map(Cap.class::cast);
            case ReadCap file -> file.verifier().map(Cap.class::cast);
            case VerifyCap file -> Optional.of(file);
            case UnknownCap _ -> Optional.empty();
        };
    }

    /// The last line of a walk. `files` are those of each kind, `depending` is how much lacks shares where `without`
    /// does not count.
    static ObjectNode stats(WalkCounts counts, Map<FileKind, Long> files, long depending, Optional<String> without) {
        ObjectNode json = object().put("type", "stats");
        ObjectNode stats = json.putObject("stats")
                .put("count-directories", counts.directories())
                .put("count-files", counts.files())
                .put("count-objects-checked", counts.objects())
                .put("count-objects-unrecoverable", counts.unreadable())
                .put("count-objects-healthy", counts.healthy())
                .put("count-objects-unhealthy", counts.objects() - counts.healthy())
                .put("count-corrupt-shares", counts.damagedShares())
                .put("count-repairs-attempted", counts.repairs())
                .put("count-repairs-successful", counts.repairsDone())
                .put("count-repairs-unsuccessful", counts.repairs() - counts.repairsDone())
                .put("count-full", counts.full())
                .put("count-reduced", counts.reduced())
                .put("count-unreadable", counts.unreadable());
        for (FileKind kind : FileKind.values()) {
            stats.put(kind.counter(), files.getOrDefault(kind, 0L));
        }
        without.ifPresent(server -> stats.put("without", server).put("count-depending", depending));
        return json;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
