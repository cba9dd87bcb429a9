package org.truckee.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.client.Grid;
import org.truckee.client.cap.Encoding;
import org.truckee.client.files.UploadPolicy;
import org.truckee.client.grid.MemoryGrid;
import org.truckee.client.mutable.KeyPool;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.LeaseSecret;
import org.truckee.protocol.node.NodeDirectory;

class SftpDoorTest {
    private static final String CAP =
            "URI:DIR2:aaaaaaaaaaaaaaaaaaaaaaaaaa:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final SecureRandom random = new SecureRandom();
    private final MemoryGrid servers = new MemoryGrid(1);
    private final KeyPool keys = new KeyPool(1, random);
    private final Grid grid = new Grid(
            servers,
            new LeaseSecret(new byte[32]),
            new UploadPolicy(new Encoding(1, 1), 1, new ConvergenceSecret(new byte[32])),
            1,
            keys,
            random,
            InstantSource.system());

    private SftpDoor open(Path folder, Path accounts, int port) throws IOException {
        var at = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        var reached = Optional.of(InetAddress.ofLiteral("192.0.2.1"));
        return SftpDoor.open(
                new PasswordRule(at, true, reached),
                HostKeys.of(NodeDirectory.create(folder.resolve("gateway"), "", Map.of(), random)),
                new Accounts(List.of(accounts), Optional.empty(), new PasswordChecks(random)),
                new Trees(grid, staging(folder), () -> 1000, InstantSource.system()),
                new Closing(CloseRule.GRID, Set.of()),
                Optional::empty,
                InstantSource.system());
    }

    private Staging staging(Path folder) throws IOException {
        return Staging.open(folder.resolve("staging"), new byte[Staging.KEY_BYTES], OptionalLong.empty(), random);
    }

    @AfterEach
    void close() {
        grid.close();
        keys.close();
        servers.close();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void theSessionsOfAnAccountThatIsGoneEndAndOthersStay(@TempDir Path folder) throws IOException {
        Path accounts =
                Files.writeString(folder.resolve("accounts"), "alice secret " + CAP + "\nbob other " + CAP + "\n");
        try (var door = open(folder, accounts, 0);
                var client = SshClient.setUpDefaultClient()) {
            client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
            client.start();
            try (var alice = login(client, door, "alice", "secret");
                    var bob = login(client, door, "bob", "other")) {
                assertThat(door.sessions()).isEqualTo(2);
                Path others = Files.writeString(folder.resolve("others"), "bob other " + CAP + "\n");
                Files.move(others, accounts, StandardCopyOption.ATOMIC_MOVE);
                await().until(alice::isClosed);
                assertThat(bob.isOpen()).isTrue();
                await().until(() -> door.sessions() == 1);
            }
        }
    }

    private static ClientSession login(SshClient client, SftpDoor door, String user, String password)
            throws IOException {
        ClientSession session = client.connect(
                        user, InetAddress.getLoopbackAddress().getHostAddress(), door.port())
                .verify(PATIENCE)
                .getSession();
        session.addPasswordIdentity(password);
        session.auth().verify(PATIENCE);
        return session;
    }

    @Test
    void aDoorWhosePortIsTakenSaysSoAndOpensWhenItIsFree(@TempDir Path folder) throws IOException {
        Path accounts = Files.writeString(folder.resolve("accounts"), "tahoe passw0rd " + CAP + "\n");
        int port = freePort();
        try (var door = open(folder, accounts, port)) {
            assertThat(door.objection().orElseThrow()).startsWith("SFTP is closed because tahoe has the default");
            try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                Files.writeString(accounts, "tahoe another-password " + CAP + "\n");
                String taken = "cannot listen for SFTP on port " + port + ": ";
                await().until(() -> door.objection().orElse("").startsWith(taken));
            }
            await().until(() -> door.objection().isEmpty());
            new Socket(InetAddress.getLoopbackAddress(), port).close();
        }
    }
}
