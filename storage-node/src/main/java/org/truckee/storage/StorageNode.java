package org.truckee.storage;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.truckee.crypto.Furl;
import org.truckee.protocol.Resources;
import org.truckee.protocol.http.Bounds;
import org.truckee.protocol.http.HttpServer;
import org.truckee.protocol.http.Tls;
import org.truckee.protocol.introducer.Announcement;
import org.truckee.protocol.introducer.Announcer;
import org.truckee.protocol.introducer.IntroducerClient;
import org.truckee.protocol.introducer.Introducers;
import org.truckee.protocol.node.FileSystemId;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.NodeRole;
import org.truckee.protocol.node.TahoeConfiguration;
import org.truckee.protocol.storage.HttpStorageEndpoint;
import org.truckee.protocol.storage.StorageServer;
import org.truckee.protocol.storage.StorageUsage;
import org.truckee.protocol.storage.UsageEndpoint;
import org.truckee.status.Status;
import org.truckee.status.Status.Level;
import org.truckee.status.Status.Notice;
import org.truckee.status.StatusServer;
import org.truckee.status.StorageDetails;

/// A running storage node: shares on disk, offered over HTTPS, announced to an introducer.
public final class StorageNode implements AutoCloseable {
    private static final String SERVICE = "storage";

    private final Resources resources;
    private final DiskStorageServer storage;
    private final Announcement announcement;
    private final String filesystem;
    private final String process = UUID.randomUUID().toString();

    private StorageNode(Resources resources, DiskStorageServer storage, Announcement announcement, String filesystem) {
        this.resources = resources;
        this.storage = storage;
        this.announcement = announcement;
        this.filesystem = filesystem;
    }

    /// Starts the node that a directory describes, and shows its state on `pages`.
    public static StorageNode start(
            NodeDirectory directory, EventLoopGroup loops, StatusServer pages, SecureRandom random, InstantSource clock)
            throws IOException {
        return Resources.building(resources -> {
            TahoeConfiguration configuration = directory.configuration();
            StorageOptions options = options(directory);
            var storage = resources.add(DiskStorageServer.open(options, clock));
            String filesystem = FileSystemId.of(options.root());
            var announced = new AnnouncedStorage(directory, filesystem, random);
            Furl furl = announced.address();
            var node = new StorageNode(resources, storage, announced.forThisProcess(), filesystem);
            resources.add(HttpServer.secure(
                    loops,
                    directory.listening(NodeRole.STORAGE),
                    Tls.server(directory.certificate()),
                    Bounds.of(configuration),
                    new UsageEndpoint(
                            furl.swissnum(),
                            node::usage,
                            new HttpStorageEndpoint(storage, furl.swissnum(), storage.staging()))));
            pages.show(SERVICE, node::status);
            for (Furl introducer : Introducers.of(directory).values()) {
                resources.add(Announcer.start(IntroducerClient.at(loops, introducer), announced));
            }
            return node;
        });
    }

    private static StorageOptions options(NodeDirectory directory) throws IOException {
        TahoeConfiguration configuration = directory.configuration();
        return new StorageOptions(
                directory
                        .path()
                        .resolve(configuration.get(SERVICE, "storage_dir").orElse("storage")),
                directory.path().resolve("storage.marker"),
                directory.certificate().tubId(),
                StorageLimits.of(configuration),
                LeaseExpiry.of(configuration));
    }

    /// For a client in this process, which needs no socket to use it.
    public StorageServer storage() {
        return storage;
    }

    /// What it says of itself.
    public Announcement announcement() {
        return announcement;
    }

    /// How much it keeps.
    public StorageUsage usage() {
        StorageReport report = storage.report();
        return new StorageUsage(process, report.counted(), report.shareBytes(), report.shares());
    }

    private Status status() {
        StorageReport report = storage.report();
        return new Status(report.failure(), notices(report), details(report));
    }

    private static List<Notice> notices(StorageReport report) {
        var notices = new ArrayList<Notice>();
        report.failure().ifPresent(sentence -> notices.add(new Notice(Level.BAD, sentence)));
        report.refusal().ifPresent(sentence -> notices.add(new Notice(Level.WARNING, sentence)));
        report.foreign().ifPresent(sentence -> notices.add(new Notice(Level.WARNING, sentence)));
        return notices;
    }

    private StorageDetails details(StorageReport report) {
        return new StorageDetails(
                announcement.server().text(),
                announcement.server().shortName(),
                Optional.of(String.join(", ", announcement.places())),
                filesystem,
                report.shares(),
                report.shareBytes(),
                report.counted(),
                report.availableBytes(),
                report.damagedFiles(),
                report.advisories(),
                report.crawl().partDone(),
                report.crawl().completedAt(),
                report.crawl().expiredShares(),
                report.crawl().expiry());
    }

    @Override
    public void close() {
        resources.close();
    }
}
