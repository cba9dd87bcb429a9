package org.truckee.sftp;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.Grid;
import org.truckee.client.files.UploadPolicy;
import org.truckee.client.grid.AnnouncedServers;

/// Makes the root directory of a new gateway and its first account, as soon as there are enough servers, and tells
/// until then why there is none.
final class FirstStart implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FirstStart.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    /// How long a root directory is not made although there are enough servers, because more may come to keep it.
    private static final Duration MORE_SERVERS = Duration.ofSeconds(30);

    private final AnnouncedServers servers;
    private final UploadPolicy policy;
    private final int copies;
    private final Grid grid;
    private final GatewaySecrets secrets;
    private final FirstAccount first;
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().name("first-start").unstarted(this::run);
    private volatile Optional<String> trouble = Optional.empty();

    private FirstStart(
            AnnouncedServers servers,
            UploadPolicy policy,
            int copies,
            Grid grid,
            GatewaySecrets secrets,
            FirstAccount first) {
        this.servers = servers;
        this.policy = policy;
        this.copies = copies;
        this.grid = grid;
        this.secrets = secrets;
        this.first = first;
    }

    /// `copies` are those that directories are kept in.
    static FirstStart begin(
            AnnouncedServers servers,
            UploadPolicy policy,
            int copies,
            Grid grid,
            GatewaySecrets secrets,
            FirstAccount first)
            throws IOException {
        var start = new FirstStart(servers, policy, copies, grid, secrets, first);
        if (secrets.hasAccounts()) {
            secrets.follow(first);
            start.done.countDown();
        } else if (secrets.root().isPresent() && secrets.isWithoutAccountsFile()) {
            secrets.begin(secrets.root().get(), first);
            start.done.countDown();
        } else if (secrets.root().isPresent()) {
            start.done.countDown(); // somebody took all accounts away, and nobody may log in
        } else {
            start.thread.start();
        }
        return start;
    }

    private void run() {
        try {
            awaitServers();
            while (!made()) {
                Thread.sleep(LOOK_AGAIN); // nobody tells when servers that refused take something again
                awaitServers();
            }
            done.countDown();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitServers() throws InterruptedException {
        boolean enough;
        do {
            enough = servers.awaitConnected(policy.happy(), MORE_SERVERS);
        } while (!enough);
        servers.awaitConnected(Math.min(copies, policy.encoding().total()), MORE_SERVERS);
    }

    private boolean made() {
        try {
            secrets.begin(grid.directories().create(), first);
            LOG.atInfo()
                    .addKeyValue("user", Printable.of(first.user()))
                    .log("the root directory and its first account were made");
            return true;
        } catch (IOException e) {
            String why = "the root directory cannot be made: " + e.getMessage();
            if (!trouble.equals(Optional.of(why))) {
                LOG.atWarn().log(Printable.sentence(why));
            }
            trouble = Optional.of(why);
            return false;
        }
    }

    /// Why there is no root directory yet, if there is none.
    Optional<String> trouble() {
        return done.getCount() == 0
                ? Optional.empty()
                : trouble.or(() -> Optional.of("the root directory is being made; try again in a moment"));
    }

    /// Waits until there is a root directory; says whether there is.
    boolean await(Duration patience) throws InterruptedException {
        return done.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
