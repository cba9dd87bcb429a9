package org.truckee.client.grid;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.truckee.crypto.Furl;
import org.truckee.crypto.Location;
import org.truckee.crypto.NodeCertificate;
import org.truckee.crypto.Nurl;
import org.truckee.protocol.http.HttpsClient;
import org.truckee.protocol.http.Tls;
import org.truckee.protocol.introducer.Announcement;
import org.truckee.protocol.storage.HttpStorageClient;
import org.truckee.protocol.storage.ServerVersion;

/// One announced storage server: asks it for its version every second, and so knows whether it can be used.
final class TrackedServer implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private volatile Announcement announcement;
    private final GridServer server;
    private final HttpStorageClient storage;
    private final Runnable changed;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable ServerVersion version;
    private volatile Optional<String> failure = Optional.of("not asked yet");

    private TrackedServer(Announcement announcement, GridServer server, HttpStorageClient storage, Runnable changed) {
        this.announcement = announcement;
        this.server = server;
        this.storage = storage;
        this.changed = changed;
    }

    /// Empty if the announcement names no address that we can use. `changed` is called when the server comes or goes.
    static Optional<TrackedServer> track(EventLoopGroup loops, Line line, Announcement announcement, Runnable changed) {
        Optional<Furl> furl = announcement.storageFurl();
        if (furl.isEmpty()) {
            return Optional.empty();
        }
        List<Nurl> nurls = announcement.storageNurls();
        Optional<Location> location = nurls.stream()
                .map(Nurl::location)
                .findFirst()
                .or(() -> furl.get().locations().stream().findFirst());
        return location.map(at -> {
            Predicate<X509Certificate> pin = nurls.isEmpty()
                    ? shown -> NodeCertificate.tubId(shown).equals(furl.get().tubId())
                    : shown -> NodeCertificate.spkiHash(shown.getPublicKey())
                            .equals(nurls.getFirst().spkiHash());
            var swissnum =
                    nurls.isEmpty() ? furl.get().swissnum() : nurls.getFirst().swissnum();
            var storage = new HttpStorageClient(new HttpsClient(loops, at, Tls.client(pin)), swissnum);
            var server = new GridServer(
                    announcement.server(),
                    announcement.nickname(),
                    furl.get().tubId(),
                    announcement.permutationSeed(),
                    storage,
                    line);
            var tracked = new TrackedServer(announcement, server, storage, changed);
            Thread.ofVirtual()
                    .name("track " + announcement.server().shortName())
                    .start(tracked::run);
            return tracked;
        });
    }

    Announcement announcement() {
        return announcement;
    }

    /// Takes a newer announcement that has the same addresses.
    void update(Announcement newer) {
        announcement = newer;
    }

    GridServer server() {
        return server;
    }

    /// What it said last, as long as it answers.
    Optional<ServerVersion> version() {
        return Optional.ofNullable(version);
    }

    /// Why it does not answer, as long as it does not.
    Optional<String> failure() {
        return failure;
    }

    private void run() {
        try {
            do {
                probe();
            } while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void probe() {
        boolean before = version != null;
        try {
            version = server.storage().version();
            failure = Optional.empty();
        } catch (IOException | RuntimeException e) {
            version = null;
            failure = Optional.of(Objects.requireNonNullElse(e.getMessage(), e.toString()));
        }
        if (before != (version != null)) {
            changed.run();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        storage.close();
    }
}
