package org.truckee.sftp;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The door that people use: lets in who has an account and gives each the tree of that account. It watches the
/// accounts, and stays closed while somebody has a password that everybody knows and everybody can come.
final class SftpDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SftpDoor.class);

    private static final Duration LOOK_AT_ACCOUNTS = Duration.ofSeconds(1);

    /// Looks at the accounts between two questions to the clients.
    private static final int LOOKS_PER_QUESTION = 15;

    private final KeyPairProvider hostKeys;
    private final Accounts accounts;
    private final PasswordRule rule;
    private final Trees trees;
    private final Closing closing;
    private final Supplier<Optional<String>> trouble;
    private final InstantSource clock;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Sessions sessions;
    private final Logins logins;
    private final Thread watch;

    /// These are written by the watching thread alone, once it runs.
    private PasswordRule.Decision wanted;

    /// What is so; nothing while it cannot be as it is wanted, and then why.
    private volatile PasswordRule.@Nullable Decision last;

    private volatile @Nullable String obstacle;
    private @Nullable String unreadable;
    private List<Account> seen;

    private volatile @Nullable SftpServer server;

    private SftpDoor(
            PasswordRule rule,
            KeyPairProvider hostKeys,
            Accounts accounts,
            Trees trees,
            Closing closing,
            Supplier<Optional<String>> trouble,
            InstantSource clock) {
        this.hostKeys = hostKeys;
        this.accounts = accounts;
        this.seen = accounts.all();
        this.rule = rule;
        this.wanted = rule.decide(seen, accounts::matches);
        this.trees = trees;
        this.closing = closing;
        this.trouble = trouble;
        this.clock = clock;
        this.sessions = new Sessions(trouble, threads);
        this.logins = new Logins(accounts, new LoginThrottle(clock), threads);
        this.watch = Thread.ofVirtual().name("sftp-accounts").unstarted(this::watch);
    }

    /// `trouble` says why files cannot be stored now, if they cannot; whoever logs in is told.
    static SftpDoor open(
            PasswordRule rule,
            KeyPairProvider hostKeys,
            Accounts accounts,
            Trees trees,
            Closing closing,
            Supplier<Optional<String>> trouble,
            InstantSource clock)
            throws IOException {
        var door = new SftpDoor(rule, hostKeys, accounts, trees, closing, trouble, clock);
        try {
            door.openOrClose();
        } catch (IOException e) {
            door.threads.close();
            throw e;
        }
        door.watch.start();
        return door;
    }

    /// Looks at the files instead of being told: they may lie on a volume that tells nobody.
    private void watch() {
        try {
            for (int look = 1; ; look++) {
                Thread.sleep(LOOK_AT_ACCOUNTS);
                lookAtAccounts();
                if (look % LOOKS_PER_QUESTION == 0) {
                    sessions.askAll();
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookAtAccounts() {
        unreadable = tellOnce("the accounts cannot be read, so those of before count", unreadable, accounts::refresh);
        if (!accounts.all().equals(seen)) {
            seen = accounts.all();
            wanted = rule.decide(seen, accounts::matches);
            LOG.atInfo().addKeyValue("accounts", seen.size()).log("the accounts were read again");
            sessions.endGone(accounts);
        }
        obstacle = tellOnce("the SFTP door is not as it should be", obstacle, this::openOrClose);
    }

    /// Something that is tried again at the next look.
    @FunctionalInterface
    private interface Attempt {
        void make() throws IOException;
    }

    /// Why it failed, if it did; the log is told when that is another reason than `before`.
    private static @Nullable String tellOnce(String what, @Nullable String before, Attempt attempt) {
        try {
            attempt.make();
            return null;
        } catch (IOException e) {
            String why = Printable.sentence(String.valueOf(e.getMessage()));
            if (!why.equals(before)) {
                LOG.atError().addKeyValue("why", why).log(what);
            }
            return why;
        }
    }

    private void openOrClose() throws IOException {
        if (wanted.equals(last)) {
            return;
        }
        last = null;
        close(server);
        server = null;
        switch (wanted) {
            case PasswordRule.Decision.Open open -> {
                server = SftpServer.start(open.at(), hostKeys, logins, sessions, channels());
                open.caution().ifPresent(caution -> LOG.atWarn().log(caution));
            }
            case PasswordRule.Decision.Closed closed -> LOG.atError().log(closed.why());
        }
        last = wanted;
    }

    private SftpServer.Channels channels() {
        return new SftpServer.Channels() {
            @Override
            public Command files(ChannelSession channel, Account account) {
                CloseRule rule = closing.of(account.user());
                return new SftpCommand(new SftpSession(() -> tree(account), rule, threads, clock), channel);
            }

            @Override
            public Command command(ChannelSession channel, Account account, String line) {
                return new ExecCommand(RemoteCommand.parse(line), () -> tree(account), threads);
            }
        };
    }

    private Tree tree(Account account) throws IOException {
        if (accounts.root(account).isEmpty()) {
            accounts.refresh();
        }
        return trees.tree(accounts.root(account)
                .orElseThrow(() -> new IOException(
                        trouble.get().orElse("the root directory is being made; try again in a moment"))));
    }

    /// Why nobody can come in, if nobody can.
    Optional<String> objection() {
        return last instanceof PasswordRule.Decision.Closed closed
                ? Optional.of(closed.why())
                : Optional.ofNullable(obstacle);
    }

    /// What those who look after it should know although people can come in.
    Optional<String> caution() {
        return last instanceof PasswordRule.Decision.Open open
                ? open.caution().or(accounts::nobody)
                : accounts.nobody();
    }

    int sessions() {
        return sessions.count();
    }

    /// The port that it is to have, while it is closed.
    int port() {
        SftpServer open = server;
        return open == null ? rule.configured().getPort() : open.port();
    }

    private static void close(@Nullable SftpServer server) throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @Override
    public void close() throws IOException {
        watch.interrupt();
        try {
            watch.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close(server);
        threads.shutdownNow();
        threads.close();
    }
}
