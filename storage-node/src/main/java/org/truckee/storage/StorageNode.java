package org.truckee.storage;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.truckee.crypto.Furl;
import org.truckee.protocol.Resources;
import org.truckee.protocol.http.Bounds;
import org.truckee.protocol.http.HttpServer;
import org.truckee.protocol.http.Tls;
import org.truckee.protocol.introducer.Announcement;
import org.truckee.protocol.introducer.Announcer;
import org.truckee.protocol.introducer.IntroducerClient;
import org.truckee.protocol.introducer.Introducers;
import org.truckee.protocol.introducer.SignedAnnouncement;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.NodeRole;
import org.truckee.protocol.node.TahoeConfiguration;
import org.truckee.protocol.storage.HttpStorageEndpoint;
import org.truckee.protocol.storage.StorageServer;
import org.truckee.status.Status;
import org.truckee.status.StatusServer;

/// A running storage node: shares on disk, offered over HTTPS, announced to an introducer.
public final class StorageNode implements AutoCloseable {
    private static final String VERSION = "truckee/0.1";
    private static final String SERVICE = "storage";

    private final Resources resources;

    private final StorageServer storage;
    private final Announcement announcement;

    private StorageNode(Resources resources, StorageServer storage, Announcement announcement) {
        this.resources = resources;
        this.storage = storage;
        this.announcement = announcement;
    }

    /// Starts the node that a directory describes, and shows its state on `pages`.
    public static StorageNode start(
            NodeDirectory directory, EventLoopGroup loops, StatusServer pages, SecureRandom random, InstantSource clock)
            throws IOException {
        return Resources.building(resources -> {
            TahoeConfiguration configuration = directory.configuration();
            var storage = DiskStorageServer.open(
                    directory.path().resolve("storage"),
                    directory.certificate().tubId(),
                    configuration.bytes("storage", "reserved_space"),
                    clock);
            Furl furl = directory.address(NodeRole.STORAGE, random);
            resources.add(HttpServer.secure(
                    loops,
                    directory.listening(NodeRole.STORAGE),
                    Tls.server(directory.certificate()),
                    Bounds.of(configuration),
                    new HttpStorageEndpoint(
                            storage, furl.swissnum(), directory.path().resolve("storage"))));
            pages.show(SERVICE, () -> status(storage));
            for (Furl introducer : Introducers.of(directory).values()) {
                resources.add(Announcer.start(
                        IntroducerClient.at(loops, introducer), least -> announcement(directory, furl, least)));
            }
            return new StorageNode(
                    resources, storage, announcement(directory, furl, 1).verify());
        });
    }

    /// For a client in this process, which needs no socket to use it.
    public StorageServer storage() {
        return storage;
    }

    /// What it says of itself.
    public Announcement announcement() {
        return announcement;
    }

    private static SignedAnnouncement announcement(NodeDirectory directory, Furl furl, long least) throws IOException {
        byte[] message = Announcement.storage(
                directory.nickname(),
                VERSION,
                furl,
                directory.nurls(furl),
                directory.permutationSeed(),
                directory.nextAnnouncementNumber(least));
        return SignedAnnouncement.sign(message, directory.announcementKey());
    }

    private static Status status(DiskStorageServer storage) {
        try {
            String free = Long.toString(storage.version().availableSpace());
            return new Status(Optional.empty(), List.of(new Status.Row("available-bytes", free)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        resources.close();
    }
}
