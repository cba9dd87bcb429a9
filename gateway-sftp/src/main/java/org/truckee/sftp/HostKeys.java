package org.truckee.sftp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.List;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.WholeFile;

/// The keys by which SSH clients recognise a gateway, made on its first start: `private/ssh_host_*_key`.
final class HostKeys {
    private static final int RSA_BITS = 3072;
    static final String RSA_FILE = "ssh_host_rsa_key";
    static final String ED25519_FILE = "ssh_host_ed25519_key";

    private HostKeys() {}

    static KeyPairProvider of(NodeDirectory directory) throws IOException {
        Path ed25519 = directory.secretFile(ED25519_FILE);
        Path rsa = directory.secretFile(RSA_FILE);
        try {
            if (!Files.exists(ed25519)) {
                write(
                        ed25519,
                        SecurityUtils.getKeyPairGenerator(SecurityUtils.ED25519).generateKeyPair());
            }
            if (!Files.exists(rsa)) {
                var generator = SecurityUtils.getKeyPairGenerator("RSA");
                generator.initialize(RSA_BITS);
                write(rsa, generator.generateKeyPair());
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("the SSH host keys cannot be made", e);
        }
        checkIsKey(ed25519);
        checkIsKey(rsa);
        return new FileKeyPairProvider(List.of(ed25519, rsa));
    }

    /// Clients that know the gateway by a key would not let their users in with another one.
    private static void checkIsKey(Path file) throws IOException {
        if (!new FileKeyPairProvider(file).loadKeys(null).iterator().hasNext()) {
            throw new IOException(
                    file + " holds no SSH host key; restore it from a backup, or remove it to have another"
                            + " one made, of which every client will warn");
        }
    }

    private static void write(Path file, KeyPair key) throws IOException, GeneralSecurityException {
        var out = new ByteArrayOutputStream();
        OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "truckee", null, out);
        WholeFile.writeSecret(file, out.toByteArray());
    }
}
