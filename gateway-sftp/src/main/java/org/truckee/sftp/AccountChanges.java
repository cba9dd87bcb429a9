package org.truckee.sftp;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.truckee.protocol.node.BadConfigurationException;
import org.truckee.protocol.node.NodeDirectory;

/// What commands change in a gateway's accounts; a running gateway sees it within a second.
public final class AccountChanges {
    private AccountChanges() {}

    /// Gives a user another password.
    ///
    /// @throws BadConfigurationException if the user has no account
    public static void setPassword(NodeDirectory directory, String user, String password, SecureRandom random)
            throws IOException {
        if (!new GatewaySecrets(directory, random).setPassword(user, PasswordHash.of(password, random))) {
            throw nobody(directory, user);
        }
    }

    /// Lets a user log in with a public key too, `KEYTYPE KEY` as ssh-keygen writes it, unless they may already.
    ///
    /// @throws BadConfigurationException if the user has no account, or the text is not a key
    public static void addKey(NodeDirectory directory, String user, String publicKey) throws IOException {
        AccountsFile file = fileOf(directory, user);
        Account known = of(user, file).orElseThrow(() -> nobody(directory, user));
        try {
            var account = new Account(user, AccountsFile.key(publicKey), known.root());
            if (!file.accounts().contains(account)) {
                file.with(account).write();
            }
        } catch (AccountsFile.MalformedLineException e) {
            throw new BadConfigurationException(
                    "this is no public key: it has to be KEYTYPE KEY as ssh-keygen writes it");
        }
    }

    /// The file in which a user stands.
    private static AccountsFile fileOf(NodeDirectory directory, String user) throws IOException {
        for (Path path : GatewaySecrets.accountFiles(directory)) {
            AccountsFile file = AccountsFile.read(path);
            if (of(user, file).isPresent()) {
                return file;
            }
        }
        throw nobody(directory, user);
    }

    private static Optional<Account> of(String user, AccountsFile file) {
        return file.accounts().stream()
                .filter(account -> account.user().equals(user))
                .findFirst();
    }

    private static BadConfigurationException nobody(NodeDirectory directory, String user) {
        return new BadConfigurationException("there is no account of " + Printable.of(user) + " in "
                + GatewaySecrets.accountFiles(directory).getFirst());
    }
}
