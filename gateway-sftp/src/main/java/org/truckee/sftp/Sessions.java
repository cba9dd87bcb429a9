package org.truckee.sftp;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.session.ServerSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who is logged in: tells them on their way in what does not work, and ends the sessions of accounts that are gone and
/// of clients that do not answer any more.
final class Sessions implements SessionListener {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private static final String SIGN_OF_LIFE = "keepalive@openssh.com";

    /// A laptop that sleeps does not say good-bye.
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(45);

    private final Set<ServerSession> loggedIn = ConcurrentHashMap.newKeySet();
    private final Set<ServerSession> asked = ConcurrentHashMap.newKeySet();
    private final Supplier<Optional<String>> trouble;
    private final Executor threads;

    /// `trouble` says why files cannot be used now, if they cannot.
    Sessions(Supplier<Optional<String>> trouble, Executor threads) {
        this.trouble = trouble;
        this.threads = threads;
    }

    int count() {
        return loggedIn.size();
    }

    @Override
    public void sessionCreated(Session session) {
        trouble.get().ifPresent(why -> CoreModuleProperties.WELCOME_BANNER.set(session, why + "\n"));
    }

    @Override
    public void sessionEvent(Session session, Event event) {
        if (event == Event.Authenticated && session instanceof ServerSession server) {
            loggedIn.add(server);
            LOG.atInfo()
                    .addKeyValue("user", Printable.of(String.valueOf(session.getUsername())))
                    .addKeyValue("address", Logins.address(server))
                    .log("logged in");
        }
    }

    @Override
    public void sessionException(Session session, Throwable failure) {
        LOG.atDebug()
                .addKeyValue("address", Printable.of(String.valueOf(session.getRemoteAddress())))
                .addKeyValue("why", Printable.of(String.valueOf(failure)))
                .log("a connection failed");
    }

    @Override
    public void sessionClosed(Session session) {
        if (session instanceof ServerSession server && loggedIn.remove(server)) {
            LOG.atInfo()
                    .addKeyValue("user", Printable.of(String.valueOf(session.getUsername())))
                    .addKeyValue("address", Logins.address(server))
                    .log("logged out");
        }
    }

    /// Ends the sessions of accounts that are not there any more.
    void endGone(Accounts accounts) {
        for (ServerSession session : loggedIn) {
            if (Logins.account(session).filter(accounts::has).isEmpty()) {
                LOG.atInfo()
                        .addKeyValue("user", Printable.of(String.valueOf(session.getUsername())))
                        .log("the account is gone, so its session ends");
                session.close(true);
            }
        }
    }

    /// Asks every client for a sign of life, and ends the sessions of those that give none in time.
    void askAll() {
        for (ServerSession session : loggedIn) {
            if (asked.add(session)) {
                threads.execute(() -> ask(session));
            }
        }
    }

    private void ask(ServerSession session) {
        try {
            Buffer question = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST);
            question.putString(SIGN_OF_LIFE);
            question.putBoolean(true);
            session.request(SIGN_OF_LIFE, question, ANSWER_PATIENCE);
        } catch (IOException | RuntimeException silent) {
            LOG.atInfo()
                    .addKeyValue("user", Printable.of(String.valueOf(session.getUsername())))
                    .addKeyValue("address", Logins.address(session))
                    .log("the client does not answer, so its session ends");
            session.close(true);
        } finally {
            asked.remove(session);
        }
    }
}
