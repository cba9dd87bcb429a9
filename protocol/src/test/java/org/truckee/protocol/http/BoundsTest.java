package org.truckee.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.protocol.http.Bounds.Rate;
import org.truckee.protocol.http.RawHttps.Response;
import org.truckee.protocol.node.BadConfigurationException;
import org.truckee.protocol.node.TahoeConfiguration;
import org.truckee.protocol.storage.HttpsFront;
import org.truckee.protocol.storage.InMemoryStorageServer;
import org.truckee.protocol.storage.StorageRequest;

class BoundsTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Rate FAST = new Rate(1_000_000, 1_000_000);

    /// What no test comes near.
    private int connections = 1000;

    private Rate handshakes = FAST;
    private Rate requests = FAST;
    private Duration headTime = LONG;
    private Duration idleTime = LONG;
    private int bodyRate = 0;
    private Duration silence = LONG;
    private int refusals = 1000;

    private HttpsFront front() throws IOException {
        return new HttpsFront(
                new InMemoryStorageServer(),
                new Bounds(connections, handshakes, requests, 8192, headTime, idleTime, bodyRate, silence, refusals));
    }

    private static Response version(RawHttps connection) throws IOException {
        connection.send(StorageRequest.of("GET", "/version").toBytes());
        return connection.receive();
    }

    @Test
    void oneConnectionTooManyIsClosedUntilAnotherEnds() throws IOException {
        connections = 2;
        try (var front = front();
                var first = RawHttps.connect(front.port())) {
            try (var second = RawHttps.connect(front.port())) {
                assertThat(version(second).status()).isEqualTo(200);
                assertThatThrownBy(() -> RawHttps.connect(front.port())).isInstanceOf(IOException.class);
                assertThat(version(first).status()).isEqualTo(200);
            }
            RawHttps third = connectEventually(front.port());
            assertThat(version(third).status()).isEqualTo(200);
            third.close();
        }
    }

    private static RawHttps connectEventually(int port) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return RawHttps.connect(port);
            } catch (IOException e) {
                if (tries == 1000) {
                    throw e;
                }
            }
        }
    }

    @Test
    void newConnectionsOfAnAddressAreCounted() throws IOException {
        handshakes = new Rate(1, 2);
        try (var front = front();
                var first = RawHttps.connect(front.port());
                var second = RawHttps.connect(front.port())) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            RawHttps.connect(front.port()).close();
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(version(first).status()).isEqualTo(200);
            assertThat(version(second).status()).isEqualTo(200);
        }
    }

    @Test
    void addressThatAsksTooOftenIsReadMoreSlowly() throws IOException {
        requests = new Rate(50, 5);
        try (var front = front();
                var connection = RawHttps.connect(front.port())) {
            long begin = System.nanoTime();
            for (int i = 0; i < 16; i++) {
                assertThat(version(connection).status()).isEqualTo(200);
            }
            // the sixteenth is read when the fifteenth no longer counts as one too many: after ten fiftieths of a
            // second
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }
    }

    @Test
    void longHeadIsRefused() throws IOException {
        try (var front = front();
                var connection = RawHttps.connect(front.port())) {
            connection.send(StorageRequest.of("GET", "/version")
                    .with("X-Long", "x".repeat(9000))
                    .toBytes());
            assertThat(connection.receive().status()).isEqualTo(431);
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    @Test
    void longLineIsRefused() throws IOException {
        try (var front = front();
                var connection = RawHttps.connect(front.port())) {
            connection.send("GET /" + "x".repeat(9000));
            assertThat(connection.receive().status()).isEqualTo(414);
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    @ParameterizedTest(name = "after \"{0}\"")
    @ValueSource(strings = {"", "G", "GET /storage/v1/version HTTP/1.1\r\nHost: x\r\n"})
    void headThatDoesNotCompleteEndsTheConnection(String sent) throws IOException {
        headTime = SHORT;
        try (var front = front();
                var connection = connectEventually(front.port())) {
            connection.send(sent);
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    @Test
    void laterHeadThatDoesNotCompleteEndsTheConnection() throws IOException {
        headTime = Duration.ofSeconds(3);
        try (var front = front();
                var connection = RawHttps.connect(front.port())) {
            assertThat(version(connection).status()).isEqualTo(200);
            connection.send("G");
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    @Test
    void idleConnectionIsClosed() throws IOException {
        idleTime = SHORT;
        try (var front = front();
                var connection = RawHttps.connect(front.port())) {
            assertThat(version(connection).status()).isEqualTo(200);
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    @Test
    void strangersMayNotLieIdleForLong() throws IOException {
        headTime = Duration.ofSeconds(3);
        try (var front = front();
                var connection = RawHttps.connect(front.port())) {
            connection.send(StorageRequest.of("GET", "/nothing").toBytes());
            assertThat(connection.receive().status()).isEqualTo(404);
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    private static void beginBody(RawHttps connection) throws IOException {
        connection.send(StorageRequest.of("POST", "/immutable/aeaqcaibaeaqcaibaeaqcaibae")
                .lease()
                .upload()
                .with("Content-Type", "application/cbor")
                .with("Content-Length", "8000")
                .toBytes());
    }

    @Test
    void silentBodyIsGivenUp() throws IOException {
        silence = SHORT;
        try (var front = front();
                var connection = RawHttps.connect(front.port())) {
            beginBody(connection);
            assertThat(connection.receive().status()).isEqualTo(408);
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    @Test
    void bodyThatTricklesIsGivenUp() throws Exception {
        silence = Duration.ofSeconds(2);
        bodyRate = 1_000_000;
        try (var front = front();
                var connection = RawHttps.connect(front.port())) {
            beginBody(connection);
            // a byte now and then would keep it open for ever
            Thread trickle = Thread.startVirtualThread(() -> {
                try {
                    for (int i = 0; i < 7900; i++) {
                        connection.send("x");
                        Thread.sleep(20); // being slow is what is tried
                    }
                } catch (IOException | InterruptedException closed) {
                    // as it should be
                }
            });
            assertThat(connection.receive().status()).isEqualTo(408);
            trickle.interrupt();
            trickle.join();
        }
    }

    @Test
    void repeatedRefusalsEndTheConnection() throws IOException {
        refusals = 3;
        try (var front = front();
                var connection = RawHttps.connect(front.port())) {
            byte[] stranger = StorageRequest.of("GET", "/version")
                    .without("Authorization")
                    .toBytes();
            for (int i = 0; i < 3; i++) {
                connection.send(stranger);
                assertThat(connection.receive().status()).isEqualTo(401);
            }
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    @Test
    void whoIsKnownMayAskForWhatIsNotThere() throws IOException {
        refusals = 3;
        try (var front = front();
                var connection = RawHttps.connect(front.port())) {
            assertThat(version(connection).status()).isEqualTo(200);
            for (int i = 0; i < 10; i++) {
                connection.send(StorageRequest.of("GET", "/immutable/aeaqcaibaeaqcaibaeaqcaibae/0")
                        .toBytes());
                assertThat(connection.receive().status()).isEqualTo(404);
            }
        }
    }

    @TempDir
    Path folder;

    private Bounds configured(String lines) throws IOException {
        Path file = Files.writeString(folder.resolve("tahoe.cfg"), "[network]\n" + lines);
        return Bounds.of(TahoeConfiguration.read(file));
    }

    @Test
    void everyBoundCanBeConfigured() throws IOException {
        assertThat(configured("")).isEqualTo(Bounds.DEFAULT);
        assertThat(configured("""
                        connections.max = 1
                        handshakes.rate = 2
                        handshakes.burst = 3
                        requests.rate = 4
                        requests.burst = 5
                        head.bytes = 6000
                        head.seconds = 7
                        idle.seconds = 801
                        body.rate = 9
                        body.seconds = 10
                        refusals.max = 11
                        """))
                .isEqualTo(new Bounds(
                        1,
                        new Rate(2, 3),
                        new Rate(4, 5),
                        6000,
                        Duration.ofSeconds(7),
                        Duration.ofSeconds(801),
                        9,
                        Duration.ofSeconds(10),
                        11));
    }

    @Test
    void connectionsLieIdleForAtLeastFourMinutes() {
        assertThat(Bounds.DEFAULT.idleTime()).isGreaterThan(Duration.ofMinutes(4));
        assertThatThrownBy(() -> configured("idle.seconds = 239"))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageEndingWith("[network] idle.seconds = 239 is not a whole number from 240 to 999999999");
    }
}
