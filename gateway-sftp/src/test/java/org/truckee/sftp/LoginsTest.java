package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.keyboard.UserAuthKeyboardInteractiveFactory;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who comes in at the SSH port, and what there is besides files: nothing.
@Timeout(60)
class LoginsTest {
    private static final String CAP =
            "URI:DIR2:aaaaaaaaaaaaaaaaaaaaaaaaaa:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String LOOPBACK = InetAddress.getLoopbackAddress().getHostAddress();

    @TempDir
    Path folder;

    private final LoginThrottle throttle = new LoginThrottle(InstantSource.fixed(Instant.EPOCH));
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final SshClient client = SshClient.setUpDefaultClient();

    @BeforeEach
    void start() {
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.start();
    }

    @AfterEach
    void end() {
        client.stop();
        threads.close();
    }

    private static final class NoChannels implements SftpServer.Channels {
        @Override
        public Command files(ChannelSession channel, Account account) throws IOException {
            throw new IOException("there are no files");
        }

        @Override
        public Command command(ChannelSession channel, Account account, String line) throws IOException {
            throw new IOException("there are no files");
        }
    }

    private SftpServer server(String... lines) throws Exception {
        Path file = Files.write(folder.resolve("accounts"), List.of(lines));
        var accounts = new Accounts(List.of(file), Optional.empty(), new PasswordChecks(new SecureRandom()));
        return SftpServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                KeyPairProvider.wrap(KeyUtils.generateKeyPair("ssh-ed25519", 256)),
                new Logins(accounts, throttle, threads),
                new Sessions(Optional::empty, threads),
                new NoChannels());
    }

    private ClientSession connect(SftpServer server, String user) throws IOException {
        return client.connect(user, LOOPBACK, server.port()).verify(PATIENCE).getSession();
    }

    private boolean opens(SftpServer server, KeyPair key) throws IOException {
        try (var session = connect(server, "alice")) {
            session.addPublicKeyIdentity(key);
            return session.auth().await(PATIENCE) && session.isAuthenticated();
        }
    }

    private ClientSession withPassword(SftpServer server, String password) throws IOException {
        ClientSession session = connect(server, "alice");
        session.addPasswordIdentity(password);
        return session;
    }

    private static String line(KeyPair key) {
        return "alice " + PublicKeyEntry.toString(key.getPublic()) + " " + CAP;
    }

    @ParameterizedTest
    @CsvSource({
        "ssh-ed25519, 256",
        "ssh-rsa, 2048",
        "ecdsa-sha2-nistp256, 256",
        "ecdsa-sha2-nistp384, 384",
        "ecdsa-sha2-nistp521, 521"
    })
    void aKeyThatIsWrittenDownOpensTheDoorAndAnotherDoesNot(String type, int bits) throws Exception {
        KeyPair written = KeyUtils.generateKeyPair(type, bits);
        try (var server = server("alice secret " + CAP, line(written))) {
            assertThat(opens(server, written)).isTrue();
            assertThat(opens(server, KeyUtils.generateKeyPair(type, bits))).isFalse();
        }
    }

    /// Wrong passwords keep a user from coming in with the right one for a while, but not with a key.
    @Test
    void whoGuessesPasswordsDoesNotDelayKeys() throws Exception {
        KeyPair key = KeyUtils.generateKeyPair("ssh-ed25519", 256);
        try (var server = server("alice secret " + CAP, line(key))) {
            for (int i = 0; i < 20; i++) {
                throttle.wrong(LOOPBACK, "alice");
            }
            while (throttle.delay(LOOPBACK, "alice").isPresent()) {} // each takes a turn
            try (var session = withPassword(server, "secret")) {
                assertThatThrownBy(() -> session.auth().verify(PATIENCE))
                        .hasMessageContaining("No more authentication methods available");
            }
            assertThat(opens(server, key)).isTrue();
        }
    }

    @Test
    void nothingIsForwarded() throws Exception {
        try (var server = server("alice secret " + CAP);
                var session = withPassword(server, "secret")) {
            session.auth().verify(PATIENCE);
            var target = new SshdSocketAddress(LOOPBACK, server.port());
            assertThatThrownBy(() -> session.createDirectTcpipChannel(new SshdSocketAddress(LOOPBACK, 0), target)
                            .open()
                            .verify(PATIENCE))
                    .isInstanceOf(SshException.class);
            assertThatThrownBy(() -> session.startRemotePortForwarding(new SshdSocketAddress(LOOPBACK, 0), target))
                    .isInstanceOf(SshException.class);
            assertThat(session.isOpen()).isTrue();
        }
    }

    @Test
    void passwordsAreNotAskedForInADialogue() throws Exception {
        client.setUserAuthFactories(List.of(UserAuthKeyboardInteractiveFactory.INSTANCE));
        try (var server = server("alice secret " + CAP);
                var session = withPassword(server, "secret")) {
            assertThatThrownBy(() -> session.auth().verify(PATIENCE))
                    .isInstanceOf(SshException.class)
                    .hasMessageContaining("No more authentication methods available");
        }
    }

    /// The lists of names in what the server says first: key exchanges, host keys, ciphers and MACs to clients.
    private static List<List<String>> offered(SftpServer server) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write("SSH-2.0-test\r\n".getBytes(US_ASCII));
            var in = new DataInputStream(socket.getInputStream());
            while (in.readByte() != '\n') {} // who it is
            var packet = new byte[in.readInt()];
            in.readFully(packet);
            var lists = new ArrayList<List<String>>();
            var rest =
                    ByteBuffer.wrap(packet, 1 + 1 + 16, packet.length - 18); // padding length, kind of message, cookie
            for (int i = 0; i < 6; i++) {
                var names = new byte[rest.getInt()];
                rest.get(names);
                lists.add(List.of(new String(names, US_ASCII).split(",")));
            }
            return lists;
        }
    }

    @Test
    void whatIsOfferedIsStrictAndProofAgainstQuantumComputersFirst() throws Exception {
        try (var server = server("alice secret " + CAP)) {
            List<List<String>> offered = offered(server);
            assertThat(offered.getFirst())
                    .startsWith("mlkem768x25519-sha256")
                    .contains("kex-strict-s-v00@openssh.com", "curve25519-sha256");
            assertThat(offered.stream().flatMap(List::stream))
                    .noneMatch(name -> name.contains("sha1") || name.contains("cbc") || name.contains("md5"))
                    .doesNotContain("ssh-rsa", "ssh-dss", "none");
        }
    }
}
