package org.truckee.sftp;

import java.security.PublicKey;
import org.apache.sshd.common.config.keys.PublicKeyEntry;

/// What somebody shows to log in.
sealed interface Credential {
    /// As it stands in the accounts file.
    String text();

    /// A password that the file tells to whoever reads it.
    record PlainPassword(String text) implements Credential {
        @Override
        public String toString() {
            return "PlainPassword(hidden)";
        }
    }

    record HashedPassword(PasswordHash hash) implements Credential {
        @Override
        public String text() {
            return hash.text();
        }
    }

    record Key(PublicKey key) implements Credential {
        @Override
        public String text() {
            return PublicKeyEntry.toString(key);
        }

        @Override
        public String toString() {
            return "Key(" + key.getAlgorithm() + ")";
        }
    }
}
