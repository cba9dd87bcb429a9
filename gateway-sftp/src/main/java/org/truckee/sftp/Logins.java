package org.truckee.sftp;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.PublicKey;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.server.auth.AsyncAuthException;
import org.apache.sshd.server.session.ServerSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets people in, or not: passwords are checked beside the network's threads and throttled, keys at once.
final class Logins {
    private static final Logger LOG = LoggerFactory.getLogger(Logins.class);
    private static final AttributeKey<Account> ACCOUNT = new AttributeKey<>();

    private final Accounts accounts;
    private final LoginThrottle throttle;
    private final Executor threads;

    Logins(Accounts accounts, LoginThrottle throttle, Executor threads) {
        this.accounts = accounts;
        this.throttle = throttle;
        this.threads = threads;
    }

    /// The account that a session logged in with.
    static Optional<Account> account(ServerSession session) {
        return Optional.ofNullable(session.getAttribute(ACCOUNT));
    }

    /// Answers later, through the exception that it throws: the library's way to have the answer from another thread.
    boolean password(String user, String password, ServerSession session) throws AsyncAuthException {
        var answer = new AsyncAuthException();
        threads.execute(() -> answer.setAuthed(isRight(user, password, session)));
        throw answer;
    }

    private boolean isRight(String user, String password, ServerSession session) {
        String address = address(session);
        try {
            var delay = throttle.delay(address, user);
            if (delay.isEmpty()) {
                refused(user, address, "too many wrong passwords");
                return false;
            }
            Thread.sleep(delay.get()); // what guessing costs; only this attempt waits
            var account = accounts.withPassword(user, password);
            if (account.isEmpty()) {
                throttle.wrong(address, user);
                refused(user, address, "wrong user or password");
                return false;
            }
            throttle.right(address, user);
            session.setAttribute(ACCOUNT, account.get());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a password was not checked");
            return false;
        }
    }

    /// Is asked before and again after the client has proved that it has the key.
    boolean key(String user, PublicKey key, ServerSession session) {
        var account = accounts.withKey(user, key);
        account.ifPresent(found -> session.setAttribute(ACCOUNT, found));
        return account.isPresent();
    }

    private static void refused(String user, String address, String why) {
        LOG.atWarn()
                .addKeyValue("user", Printable.of(user))
                .addKeyValue("address", address)
                .log("login refused: {}", why);
    }

    static String address(ServerSession session) {
        SocketAddress address = session.getClientAddress();
        return address instanceof InetSocketAddress internet && internet.getAddress() != null
                ? internet.getAddress().getHostAddress()
                : String.valueOf(address);
    }
}
