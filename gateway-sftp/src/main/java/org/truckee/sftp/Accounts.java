package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.cap.DirectoryCap;

/// Who may log in now: what the accounts files say, read again when they change, and, until the first root directory
/// is made, the account that it is made for. Safe for use by any number of threads.
final class Accounts {
    private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);

    /// By which a change of a file is seen.
    private record Stamp(Path path, Optional<FileTime> modified, long bytes) {
        static Stamp of(Path path) throws IOException {
            try {
                return new Stamp(path, Optional.of(Files.getLastModifiedTime(path)), Files.size(path));
            } catch (NoSuchFileException e) {
                return new Stamp(path, Optional.empty(), 0);
            }
        }
    }

    private record Snapshot(List<Stamp> stamps, List<Account> accounts) {}

    private final List<Path> files;
    private final List<Account> awaited;
    private final PasswordChecks checks;
    private volatile Snapshot snapshot = new Snapshot(List.of(), List.of());

    /// `awaited` may log in as long as the files hold nobody.
    Accounts(List<Path> files, Optional<Account> awaited, PasswordChecks checks) throws IOException {
        this.files = List.copyOf(files);
        this.awaited = awaited.stream().toList();
        this.checks = checks;
        refresh();
    }

    /// Reads the files again if they changed.
    synchronized void refresh() throws IOException {
        List<Stamp> stamps = new ArrayList<>();
        for (Path file : files) {
            stamps.add(Stamp.of(file));
        }
        if (stamps.equals(snapshot.stamps())) {
            return;
        }
        List<Account> accounts = new ArrayList<>();
        for (Path path : files) {
            var file = AccountsFile.read(path);
            file.problems().forEach(problem -> LOG.atError().log("{}; the other lines count", problem));
            file.plainPasswords().forEach(warning -> LOG.atWarn().log(warning));
            accounts.addAll(file.accounts());
        }
        snapshot = new Snapshot(stamps, List.copyOf(accounts));
    }

    /// Everyone who may log in.
    List<Account> all() {
        List<Account> written = snapshot.accounts();
        return written.isEmpty() ? awaited : written;
    }

    /// Why nobody may log in, if nobody may.
    Optional<String> nobody() {
        return all().isEmpty()
                ? Optional.of("nobody can log in: there is no account in " + files.getFirst())
                : Optional.empty();
    }

    /// Whether an account is still there; one that waited for its root is when its user is.
    boolean has(Account account) {
        return all().stream()
                .anyMatch(there -> there.user().equals(account.user())
                        && (account.root() instanceof Account.Root.Awaited
                                || there.root().equals(account.root())));
    }

    /// The account of a user that this password opens. Takes as long when there is none.
    Optional<Account> withPassword(String user, String password) throws InterruptedException {
        Optional<Account> found = Optional.empty();
        boolean hashed = false;
        for (Account account : of(user)) {
            boolean matches = switch (account.credential()) {
                case Credential.HashedPassword own -> {
                    hashed = true;
                    yield checks.matches(own.hash(), password);
                }
                case Credential.PlainPassword own ->
                    MessageDigest.isEqual(own.text().getBytes(UTF_8), password.getBytes(UTF_8));
                case Credential.Key _ -> false;
            };
            if (matches && found.isEmpty()) {
                found = Optional.of(account);
            }
        }
        if (!hashed) {
            checks.matchesNothing(password);
        }
        return found;
    }

    /// Whether a hash is a password's; if nobody may wait for the answer any more, it is taken to be.
    boolean matches(PasswordHash hash, String password) {
        try {
            return checks.matches(hash, password);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /// The account of a user that this key opens.
    Optional<Account> withKey(String user, PublicKey key) {
        return of(user).stream()
                .filter(account ->
                        account.credential() instanceof Credential.Key own && KeyUtils.compareKeys(own.key(), key))
                .findFirst();
    }

    /// Where the tree of an account begins, if it is made.
    Optional<DirectoryCap> root(Account account) {
        return switch (account.root()) {
            case Account.Root.Directory directory -> Optional.of(directory.cap());
            case Account.Root.Awaited _ ->
                of(account.user()).stream()
                        .flatMap(there -> there.root() instanceof Account.Root.Directory directory
                                ? Optional.of(directory.cap()).stream()
                                : Optional.<DirectoryCap>empty().stream())
                        .findFirst();
        };
    }

    private List<Account> of(String user) {
        return all().stream().filter(account -> account.user().equals(user)).toList();
    }
}
