package org.truckee.sftp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.BuiltinFactory;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;

/// What the SSH door offers, the best first: key exchanges that a quantum computer does not undo where the client has
/// them, authenticated encryption, no SHA-1, no curve or mode that auditors object to.
final class SshAlgorithms {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private SshAlgorithms() {}

    static void set(SshServer ssh) {
        ssh.setKeyExchangeFactories(NamedFactory.setUpTransformedFactories(
                true,
                List.of(
                        BuiltinDHFactories.mlkem768x25519,
                        BuiltinDHFactories.sntrup761x25519,
                        BuiltinDHFactories.sntrup761x25519_openssh,
                        BuiltinDHFactories.curve25519,
                        BuiltinDHFactories.curve25519_libssh,
                        BuiltinDHFactories.dhg16_512,
                        BuiltinDHFactories.dhg18_512),
                ServerBuilder.DH2KEX));
        ssh.setCipherFactories(ciphers(hasAesInstructions()));
        ssh.setMacFactories(
                BuiltinFactory.setUpFactories(true, List.of(BuiltinMacs.hmacsha256etm, BuiltinMacs.hmacsha512etm)));
        // the first three are the host keys'; the rest is what people log in with
        ssh.setSignatureFactories(BuiltinFactory.setUpFactories(
                true,
                List.of(
                        BuiltinSignatures.ed25519,
                        BuiltinSignatures.rsaSHA512,
                        BuiltinSignatures.rsaSHA256,
                        BuiltinSignatures.nistp256,
                        BuiltinSignatures.nistp384,
                        BuiltinSignatures.nistp521,
                        BuiltinSignatures.sk_ssh_ed25519,
                        BuiltinSignatures.sk_ecdsa_sha2_nistp256)));
    }

    /// The client's order counts, and OpenSSH asks for ChaCha20 first, which costs two to three times as much as AES
    /// where the processor knows AES: it is offered where it does not. CTR is for clients that know no GCM.
    private static List<NamedFactory<Cipher>> ciphers(boolean aesInstructions) {
        var ciphers = new ArrayList<BuiltinCiphers>();
        if (!aesInstructions) {
            ciphers.add(BuiltinCiphers.cc20p1305_openssh);
        }
        ciphers.addAll(List.of(
                BuiltinCiphers.aes128gcm,
                BuiltinCiphers.aes256gcm,
                BuiltinCiphers.aes128ctr,
                BuiltinCiphers.aes256ctr));
        return BuiltinFactory.setUpFactories(true, ciphers);
    }

    /// Linux lists them; elsewhere they are expected.
    private static boolean hasAesInstructions() {
        try {
            return Files.readAllLines(PROCESSORS).stream()
                    .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
                    .findFirst()
                    .map(line -> line.contains(" aes"))
                    .orElse(true);
        } catch (IOException notLinux) {
            return true;
        }
    }
}
