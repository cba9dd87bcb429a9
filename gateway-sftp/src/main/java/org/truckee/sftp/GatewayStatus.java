package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.WriteCap;
import org.truckee.client.check.CareReport;
import org.truckee.client.check.Caretaker;
import org.truckee.client.files.UploadPolicy;
import org.truckee.client.grid.AnnouncedServers;
import org.truckee.client.grid.IntroducerStatus;
import org.truckee.client.grid.KnownHelpers;
import org.truckee.client.grid.ServerStatus;
import org.truckee.client.grid.ServerStatus.Connected;
import org.truckee.client.grid.ServerStatus.NotConnected;
import org.truckee.client.grid.Transfer;
import org.truckee.client.grid.Transfers;
import org.truckee.client.immutable.ReadBack;
import org.truckee.crypto.Base32;
import org.truckee.crypto.Digests;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.storage.StorageUsage;
import org.truckee.status.GridDetails;
import org.truckee.status.GridDetails.Presence;
import org.truckee.status.Status;
import org.truckee.status.Status.Level;
import org.truckee.status.Status.Notice;

/// What a gateway says of the grid.
final class GatewayStatus {
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final int FINGERPRINT_CHARACTERS = 8;

    private final NodeDirectory directory;
    private final AnnouncedServers servers;
    private final UploadPolicy policy;
    private final int directoryCopies;
    private final Transfers transfers;
    private final Unstored unstored;
    private final KnownHelpers helpers;
    private final ReadBack readBack;
    private final Caretaker care;
    private final InstantSource clock;

    GatewayStatus(
            NodeDirectory directory,
            AnnouncedServers servers,
            UploadPolicy policy,
            int directoryCopies,
            Transfers transfers,
            Unstored unstored,
            KnownHelpers helpers,
            ReadBack readBack,
            Caretaker care,
            InstantSource clock) {
        this.directory = directory;
        this.servers = servers;
        this.policy = policy;
        this.directoryCopies = directoryCopies;
        this.transfers = transfers;
        this.unstored = unstored;
        this.helpers = helpers;
        this.readBack = readBack;
        this.care = care;
        this.clock = clock;
    }

    /// Now; `trouble` is why nothing can be stored, beside that there are too few servers, and so many `sessions` are
    /// logged in.
    Status now(Optional<String> trouble, int sessions) {
        List<ServerStatus> all = servers.all();
        List<IntroducerStatus> introducers = servers.introducers();
        Optional<String> tooFew = new GridNotices(all, introducers, policy).tooFew();
        List<Notice> notices = new ArrayList<>();
        trouble.filter(_ -> tooFew.isEmpty()).ifPresent(why -> notices.add(new Notice(Level.BAD, why)));
        notices.addAll(new GridNotices(all, introducers, policy).all());
        notices.addAll(unstored.notices());
        CareReport report = care.report();
        notices.addAll(new CareNotices(report, clock.instant()).all());
        return new Status(tooFew.or(() -> trouble), notices, details(all, introducers, sessions, report));
    }

    private GridDetails details(
            List<ServerStatus> all, List<IntroducerStatus> introducers, int sessions, CareReport report) {
        var totals = transfers.totals();
        var counts = servers.counts();
        Encoding encoding = policy.encoding();
        return new GridDetails(
                all.stream()
                        .map(GatewayStatus::server)
                        .sorted(Comparator.comparing(GatewayStatus::sortName))
                        .toList(),
                introducers.stream().map(GatewayStatus::introducer).toList(),
                new GridDetails.Coding(encoding.required(), policy.happy(), encoding.total()),
                mayFail(all, report),
                usableFree(all),
                transfers.uploads().stream().map(GatewayStatus::transfer).toList(),
                transfers.downloads().stream().map(GatewayStatus::transfer).toList(),
                new GridDetails.Totals(
                        totals.uploadedBytes(),
                        totals.downloadedBytes(),
                        totals.uploads(),
                        totals.failedUploads(),
                        totals.uploadTime()),
                new GridDetails.Announcements(counts.accepted(), counts.refused()),
                sessions,
                helping(),
                care(report),
                unstored.details(),
                root());
    }

    private GridDetails.Helping helping() {
        ReadBack.Report report = readBack.report();
        return new GridDetails.Helping(
                helpers.mode().toString(),
                helpers.all().stream()
                        .map(helper -> new GridDetails.Helper(
                                helper.name(),
                                helper.address(),
                                helper.isConnected(),
                                helper.since(),
                                helper.failure()))
                        .toList(),
                report.waiting(),
                report.verified(),
                report.repaired(),
                report.trouble());
    }

    private static GridDetails.Care care(CareReport report) {
        var found = report.found();
        return new GridDetails.Care(
                new GridDetails.Files(found.full(), found.reduced(), found.unreadable(), report.walkedAt()),
                report.walking(),
                report.soFar().objects(),
                report.repairing() || report.soFar().repairs() > 0,
                report.soFar().repairsDone(),
                report.unfinished(),
                report.unlinkedBytes(),
                report.renewedAt(),
                report.firstExpiry());
    }

    /// For reading, the worst that the last walk found, less the nodes that are away since; before a first walk, and
    /// for writing, judged by the encoding: a file has its shares on as many nodes as there are, up to `total`; a
    /// directory has copies of which more than half must take a change.
    private GridDetails.MayFail mayFail(List<ServerStatus> all, CareReport report) {
        Set<String> there = all.stream()
                .filter(ServerStatus::isConnected)
                .map(server -> server.server().id().text())
                .collect(Collectors.toSet());
        int writable =
                (int) all.stream().filter(server -> available(server) > 0).count();
        int spread = Math.min(there.size(), policy.encoding().total());
        int majority = Math.min(directoryCopies, policy.encoding().total()) / 2 + 1;
        int gone = (int) report.serversThen().stream()
                .filter(server -> !there.contains(server))
                .count();
        int worst = report.found().leastSpare() == Integer.MAX_VALUE
                ? Integer.MAX_VALUE
                : report.found().leastSpare() - gone;
        return new GridDetails.MayFail(
                Math.max(0, Math.min(worst, spread - policy.encoding().required())),
                Math.max(0, writable - Math.max(policy.happy(), majority)));
    }

    private static long available(ServerStatus server) {
        return server.connection() instanceof Connected connected
                ? connected.version().availableSpace()
                : 0;
    }

    private OptionalLong usableFree(List<ServerStatus> all) {
        List<UsableSpace.Disk> disks = UsableSpace.disks(all);
        return disks.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(UsableSpace.forFiles(disks, policy.encoding(), policy.happy()));
    }

    private static GridDetails.Introducer introducer(IntroducerStatus introducer) {
        return new GridDetails.Introducer(
                introducer.name(), introducer.location().toString(), introducer.since(), introducer.failure());
    }

    /// In which `storage10` comes after `storage9`.
    private static String sortName(GridDetails.Server server) {
        return NUMBER.matcher(server.nickname())
                        .replaceAll(number ->
                                "0".repeat(Math.max(0, 9 - number.group().length())) + number.group())
                + server.id();
    }

    private static GridDetails.Server server(ServerStatus server) {
        Optional<Connected> connected =
                server.connection() instanceof Connected now ? Optional.of(now) : Optional.empty();
        Optional<StorageUsage> counted = server.usage().filter(StorageUsage::isCounted);
        List<ServerStatus.Attempt> attempts =
                server.connection() instanceof NotConnected not ? not.attempts() : List.of();
        return new GridDetails.Server(
                server.server().id().text(),
                server.server().id().shortName(),
                server.server().nickname(),
                "storage",
                server.address(),
                server.application(),
                server.isConnected() ? Presence.CONNECTED : server.isGone() ? Presence.GONE : Presence.NOT_CONNECTED,
                server.since(),
                server.lastHeard(),
                connected.map(Connected::latency),
                connected.isPresent()
                        ? OptionalLong.of(connected.get().version().availableSpace())
                        : OptionalLong.empty(),
                counted.isPresent() ? OptionalLong.of(counted.get().usedBytes()) : OptionalLong.empty(),
                counted.isPresent() ? OptionalLong.of(counted.get().shares()) : OptionalLong.empty(),
                server.filesystem(),
                attempts.isEmpty()
                        ? Optional.empty()
                        : Optional.of(attempts.stream()
                                .map(ServerStatus.Attempt::failure)
                                .distinct()
                                .collect(Collectors.joining("; "))),
                attempts.stream()
                        .map(attempt -> new GridDetails.AddressTried(attempt.address(), attempt.failure()))
                        .toList());
    }

    private static GridDetails.Transfer transfer(Transfer.Progress progress) {
        return new GridDetails.Transfer(
                progress.startedAt(),
                progress.duration(),
                progress.size(),
                progress.bytes(),
                switch (progress.state()) {
                    case RUNNING -> GridDetails.State.RUNNING;
                    case DONE -> GridDetails.State.DONE;
                    case FAILED, REPLACED -> GridDetails.State.FAILED;
                },
                progress.via(),
                progress.bytesPerSecond(),
                progress.placement().stream().map(GatewayStatus::place).toList(),
                progress.reason());
    }

    private static GridDetails.Place place(Transfer.Placement placement) {
        return new GridDetails.Place(
                placement.share(),
                placement.server(),
                switch (placement.state()) {
                    case HELD -> GridDetails.PlaceState.HELD;
                    case MOVING -> GridDetails.PlaceState.MOVING;
                    case STORED -> GridDetails.PlaceState.STORED;
                    case DROPPED -> GridDetails.PlaceState.DROPPED;
                });
    }

    private GridDetails.Root root() {
        try {
            return new GridDetails.Root(
                    GatewaySecrets.root(directory).map(GatewayStatus::fingerprint),
                    GatewaySecrets.recoveryMadeAt(directory));
        } catch (IOException e) {
            return new GridDetails.Root(Optional.empty(), Optional.empty());
        }
    }

    /// A hash of what one needs to read the root directory; who may only read has the same as who may write.
    private static String fingerprint(Cap root) {
        Cap read = root instanceof DirectoryCap(WriteCap file) ? new DirectoryCap(file.readOnly()) : root;
        byte[] hash = Digests.sha256(("truckee-root-fingerprint " + read.uri()).getBytes(UTF_8));
        return Base32.encode(hash).substring(0, FINGERPRINT_CHARACTERS);
    }
}
