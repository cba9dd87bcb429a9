package org.truckee.sftp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.protocol.node.BadConfigurationException;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.WholeFile;

/// What a gateway's directory says about who may use which tree:
///
/// ```
/// private/accounts               who may log in, unless `[sftpd] accounts.file` names another file
/// ftp.accounts                   the same, where older nodes have it
/// private/aliases                `tahoe: CAPABILITY`, the root directory
/// private/environment-password   hash of the password that the environment last had
/// private/recovery-made          when the last recovery file was made
/// ```
final class GatewaySecrets {
    private static final Logger LOG = LoggerFactory.getLogger(GatewaySecrets.class);
    private static final String ALIAS = "tahoe:";

    private final NodeDirectory directory;
    private final SecureRandom random;

    GatewaySecrets(NodeDirectory directory, SecureRandom random) {
        this.directory = directory;
        this.random = random;
    }

    /// Where new accounts are written down. A name in the configuration begins, as Tahoe-LAFS has it, at the node's
    /// directory, or with `~/` at the home of the user that it runs as.
    Path accounts() {
        return accountFiles(directory).getFirst();
    }

    List<Path> accountFiles() {
        return accountFiles(directory);
    }

    /// All files that say who may log in, whether they are there or not.
    static List<Path> accountFiles(NodeDirectory directory) {
        Path first = directory
                .configuration()
                .get("sftpd", "accounts.file")
                .filter(name -> !name.isEmpty())
                .map(name -> name.startsWith("~/") ? System.getProperty("user.home") + name.substring(1) : name)
                .map(name -> directory.path().resolve(name))
                .orElse(directory.secretFile("accounts"));
        return Stream.of(first, directory.path().resolve("ftp.accounts"))
                .map(Path::normalize)
                .distinct()
                .toList();
    }

    private Path aliases() {
        return directory.secretFile("aliases");
    }

    private Path environmentPassword() {
        return directory.secretFile("environment-password");
    }

    static Path recoveryMade(NodeDirectory directory) {
        return directory.secretFile("recovery-made");
    }

    /// Whether somebody may log in already.
    boolean hasAccounts() throws IOException {
        for (Path path : accountFiles()) {
            if (!AccountsFile.read(path).accounts().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /// Whether nobody has ever said who may log in.
    boolean isWithoutAccountsFile() {
        return accountFiles().stream().noneMatch(Files::exists);
    }

    /// The root directory, if there is one.
    Optional<DirectoryCap> root() throws IOException {
        Optional<Cap> root = root(directory);
        if (root.isPresent() && !(root.get() instanceof DirectoryCap)) {
            throw new BadConfigurationException(aliases() + ": what " + ALIAS + " names is not a directory");
        }
        return root.map(DirectoryCap.class::cast);
    }

    /// What stands for the root directory, if anything does.
    static Optional<Cap> root(NodeDirectory directory) throws IOException {
        Optional<String> uri = directory
                .secretText("aliases")
                .flatMap(text -> text.lines()
                        .filter(line -> line.startsWith(ALIAS))
                        .map(line -> line.substring(ALIAS.length()).strip())
                        .findFirst());
        return uri.isPresent() ? Optional.of(Cap.parse(uri.get())) : Optional.empty();
    }

    /// Takes note of the root directory of a new gateway and makes its first account.
    void begin(DirectoryCap root, FirstAccount first) throws IOException {
        if (root().isEmpty()) {
            String others = Files.exists(aliases()) ? Files.readString(aliases()) : "";
            WholeFile.writeSecret(aliases(), others + ALIAS + " " + root.uri() + "\n");
        }
        PasswordHash hash = PasswordHash.of(first.password(), random);
        WholeFile.writeSecret(environmentPassword(), hash.text() + "\n");
        var account = new Account(first.user(), new Credential.HashedPassword(hash), new Account.Root.Directory(root));
        AccountsFile.read(accounts()).with(account).write();
    }

    /// Where the environment's password is another one than it was, it is the account's from now on.
    void follow(FirstAccount environment) throws IOException {
        if (!environment.chosen()
                || remembered()
                        .filter(hash -> hash.matches(environment.password()))
                        .isPresent()) {
            return;
        }
        PasswordHash hash = PasswordHash.of(environment.password(), random);
        if (!setPassword(environment.user(), hash)) {
            LOG.atWarn()
                    .addKeyValue("user", Printable.of(environment.user()))
                    .log("the environment has a password for a user who has no account");
            return;
        }
        WholeFile.writeSecret(environmentPassword(), hash.text() + "\n");
        LOG.atWarn()
                .addKeyValue("user", Printable.of(environment.user()))
                .log("the environment has another password than before: it is the account's now");
    }

    /// Gives a user another password wherever one of theirs stands; whether there is an account.
    boolean setPassword(String user, PasswordHash hash) throws IOException {
        boolean known = false;
        for (Path path : accountFiles()) {
            Optional<AccountsFile> changed = AccountsFile.read(path).withPassword(user, hash);
            if (changed.isPresent()) {
                changed.get().write();
                known = true;
            }
        }
        return known;
    }

    private Optional<PasswordHash> remembered() throws IOException {
        return Files.exists(environmentPassword())
                ? PasswordHash.parse(Files.readString(environmentPassword()).strip())
                : Optional.empty();
    }

    /// Whether a recovery file was made since there is a root directory.
    boolean isRecoverable() throws IOException {
        Optional<Instant> made = recoveryMadeAt(directory);
        return made.isPresent()
                && (!Files.exists(aliases())
                        || !made.get()
                                .isBefore(Files.getLastModifiedTime(aliases()).toInstant()));
    }

    /// When a recovery file was last made.
    static Optional<Instant> recoveryMadeAt(NodeDirectory directory) throws IOException {
        Path made = recoveryMade(directory);
        return Files.exists(made) ? Optional.of(Files.getLastModifiedTime(made).toInstant()) : Optional.empty();
    }
}
