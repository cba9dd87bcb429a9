package org.truckee.sftp;

import java.io.IOException;
import java.security.SecureRandom;
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
        accounts(directory, random)
                .withPassword(user, PasswordHash.of(password, random))
                .orElseThrow(() -> nobody(directory, user))
                .write();
    }

    /// Lets a user log in with a public key too, `KEYTYPE KEY` as ssh-keygen writes it.
    ///
    /// @throws BadConfigurationException if the user has no account, or the text is not a key
    public static void addKey(NodeDirectory directory, String user, String publicKey, SecureRandom random)
            throws IOException {
        AccountsFile file = accounts(directory, random);
        Account known = file.accounts().stream()
                .filter(account -> account.user().equals(user))
                .findFirst()
                .orElseThrow(() -> nobody(directory, user));
        try {
            file.with(new Account(user, AccountsFile.key(publicKey), known.root()))
                    .write();
        } catch (AccountsFile.MalformedLineException e) {
            throw new BadConfigurationException(
                    "this is no public key: it has to be KEYTYPE KEY as ssh-keygen writes it");
        }
    }

    private static AccountsFile accounts(NodeDirectory directory, SecureRandom random) throws IOException {
        return AccountsFile.read(new GatewaySecrets(directory, random).accounts());
    }

    private static BadConfigurationException nobody(NodeDirectory directory, String user) {
        return new BadConfigurationException(
                "there is no account of " + Printable.of(user) + " in " + directory.secretFile("accounts"));
    }
}
