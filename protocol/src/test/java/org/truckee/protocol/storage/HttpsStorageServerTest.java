package org.truckee.protocol.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.crypto.NodeCertificate;
import org.truckee.crypto.Swissnum;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.http.ProtocolViolationException;
import org.truckee.protocol.http.RawHttps;
import org.truckee.protocol.http.Reply;
import org.truckee.protocol.http.ServerUnreachableException;
import org.truckee.protocol.http.SilenceException;
import org.truckee.protocol.http.StatusException;

class HttpsStorageServerTest extends StorageServerContract {
    private final InMemoryStorageServer memory = new InMemoryStorageServer();
    private HttpsFront front;

    @BeforeEach
    void start() throws IOException {
        front = new HttpsFront(memory);
    }

    @AfterEach
    void stop() {
        front.close();
    }

    @Override
    protected StorageServer server() {
        return front.server();
    }

    @Test
    void megabytesGoThereAndBack() throws IOException {
        var bytes = new byte[5_000_001];
        new Random(1).nextBytes(bytes);
        server().allocate(INDEX, Set.of(0), bytes.length, UPLOAD, LEASE);
        server().write(INDEX, 0, UPLOAD, 0, ByteStream.of(bytes));
        try (var read =
                server().read(ShareKind.IMMUTABLE, INDEX, 0, 0, Long.MAX_VALUE).orElseThrow()) {
            assertThat(read.length()).isEqualTo(bytes.length);
            assertThat(read.readAll()).isEqualTo(bytes);
        }
    }

    @Test
    void changeWithoutRoomIsRefusedAndChangesNothing() throws IOException {
        memory.setRoom(3);
        assertThat(change("abcd")).isEqualTo(new ReadTestWriteAnswer.NoRoom());
        assertThat(server().list(ShareKind.MUTABLE, INDEX)).isEmpty();
        assertThat(change("abc")).isEqualTo(new ReadTestWriteAnswer.Tested(true, Map.of()));
    }

    @Test
    void changeOfManyMegabytesArrivesThroughAFile() throws IOException {
        var writes = new ArrayList<TestAndWrite.Write>();
        var whole = new byte[5_000_000];
        new Random(2).nextBytes(whole);
        for (int at = 0; at < whole.length; at += 100_000) {
            writes.add(new TestAndWrite.Write(at, ByteBuffer.wrap(whole, at, 100_000)));
        }
        var change = new TestAndWrite(List.of(), writes, OptionalLong.empty());
        assertThat(server().readTestWrite(INDEX, ENABLER, LEASE, Map.of(0, change), List.of()))
                .isEqualTo(new ReadTestWriteAnswer.Tested(true, Map.of()));
        assertThat(memory.share(ShareKind.MUTABLE, INDEX, 0)).isEqualTo(whole);
        assertThat(front.staging()).isEmptyDirectory();
    }

    @ParameterizedTest(name = "{0} in one share")
    @CsvSource({"32768, 200", "32769, 400"})
    void changeHasAtMostSoManyWritesInAllShares(int writesOfOne, int status) throws IOException {
        var write = new TestAndWrite.Write(0, ByteBuffer.allocate(1));
        var half = new TestAndWrite(List.of(), Collections.nCopies(32768, write), OptionalLong.empty());
        var otherHalf = new TestAndWrite(List.of(), Collections.nCopies(writesOfOne, write), OptionalLong.empty());
        int answered = 200;
        try {
            server().readTestWrite(INDEX, ENABLER, LEASE, Map.of(0, half, 1, otherHalf), List.of());
        } catch (StatusException e) {
            answered = e.status();
        }
        assertThat(answered).isEqualTo(status);
    }

    private ReadTestWriteAnswer change(String text) throws IOException {
        var write = new TestAndWrite.Write(0, ByteBuffer.wrap(text.getBytes(UTF_8)));
        var change = new TestAndWrite(List.of(), List.of(write), OptionalLong.empty());
        return server().readTestWrite(INDEX, ENABLER, LEASE, Map.of(0, change), List.of());
    }

    @Test
    void otherCertificateIsNotTalkedTo() {
        var stranger = NodeCertificate.generate(new SecureRandom());
        try (var client = front.client(Swissnum.of("swiss"), stranger)) {
            assertThatThrownBy(client::version)
                    .isInstanceOf(ServerUnreachableException.class)
                    .hasMessage("127.0.0.1:" + front.port() + " shows another certificate than its address names");
        }
    }

    @Test
    void otherSwissnumIsRefused() {
        try (var client = front.client(Swissnum.of("guess"), front.certificate())) {
            assertThatThrownBy(client::version)
                    .isInstanceOf(StatusException.class)
                    .hasMessage("the server does not accept our authorisation for the version request (status 401)");
        }
    }

    @Test
    void connectionThatHangsIsNoticed() throws IOException {
        var faulty = new FaultyStorageServer(memory);
        try (var hanging = new HttpsFront(faulty);
                var client = HttpsFront.impatient(hanging.port())) {
            client.version();
            faulty.inject(new Fault.Hang(Fault.Applied.NOT), Schedule.always());
            assertThatThrownBy(client::version)
                    .isInstanceOf(SilenceException.class)
                    .hasMessage("no answer within 500 ms");
            faulty.heal();
            faulty.release();
            assertThat(client.version().application()).isEqualTo("memory");
        }
    }

    @Test
    void readThatHangsIsNoticed() throws IOException {
        var faulty = new FaultyStorageServer(memory);
        memory.setShare(ShareKind.IMMUTABLE, INDEX, 0, new byte[300_000]);
        faulty.inject(new Fault.Stall(100_000), Schedule.always(), FaultyStorageServer.Call.READ);
        try (var hanging = new HttpsFront(faulty);
                var client = HttpsFront.impatient(hanging.port());
                var read =
                        client.read(ShareKind.IMMUTABLE, INDEX, 0, 0, 300_000).orElseThrow()) {
            assertThatThrownBy(read::readAll)
                    .isInstanceOf(SilenceException.class)
                    .hasMessage("nothing arrived for 500 ms");
            faulty.release();
        }
    }

    /// Whatever else its type is, Tahoe-LAFS's client complains of that and not of the status.
    @Test
    void readThatFailsIsAnsweredAsBytes() throws IOException {
        var faulty = new FaultyStorageServer(memory);
        faulty.inject(new Fault.Drop(Fault.Applied.NOT), Schedule.always(), FaultyStorageServer.Call.READ);
        try (var failing = new HttpsFront(faulty);
                var connection = RawHttps.connect(failing.port())) {
            connection.send(StorageRequest.of("GET", "/immutable/" + INDEX + "/0")
                    .with("Range", "bytes=0-9")
                    .toBytes());
            var response = connection.receive();
            assertThat(response.status()).isEqualTo(500);
            assertThat(response.header("content-type")).contains("application/octet-stream");
        }
    }

    @Test
    void portThatSaysNothingIsSilent() throws IOException {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = HttpsFront.impatient(silent.getLocalPort())) {
            assertThatThrownBy(client::version)
                    .isInstanceOf(ServerUnreachableException.class)
                    .hasMessage("127.0.0.1:" + silent.getLocalPort() + " did not answer");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "00, 'its answer to the version request is wrong: expected a map'",
        "a0, 'its answer to the version request is wrong: the server does not speak version 1 of the storage protocol'"
    })
    void wrongAnswerIsAViolationOfTheProtocol(String hex, String problem) throws IOException {
        byte[] body = HexFormat.of().parseHex(hex);
        try (var stranger = HttpsFront.stranger(_ -> Reply.of(200, "application/cbor", body));
                var client = HttpsFront.impatient(stranger.port())) {
            assertThatThrownBy(client::version)
                    .isInstanceOf(ProtocolViolationException.class)
                    .hasMessage("the server does not keep to the protocol: " + problem);
        }
    }

    @ParameterizedTest(name = "Content-Range \"{0}\"")
    @ValueSource(strings = {"", "bytes 0-9/*", "bytes 3-2/*", "bytes 3-13/*", "bytes 3-99999999999999999999/*"})
    void readOfAnotherRangeIsAViolationOfTheProtocol(String range) throws IOException {
        try (var stranger = HttpsFront.stranger(_ ->
                        Reply.of(206, "application/octet-stream", new byte[10]).with("content-range", range));
                var client = HttpsFront.impatient(stranger.port())) {
            assertThatThrownBy(() -> client.read(ShareKind.IMMUTABLE, INDEX, 0, 3, 10))
                    .isInstanceOf(ProtocolViolationException.class);
        }
    }

    @Test
    void brokenServerIsNoViolation() throws IOException {
        try (var stranger = HttpsFront.stranger(_ -> {
                    throw new IOException("the disk is on fire");
                });
                var client = HttpsFront.impatient(stranger.port())) {
            assertThatThrownBy(client::version)
                    .isInstanceOf(StatusException.class)
                    .hasMessage("the server failed at the version request (status 500)");
        }
    }

    /// A port that is bound, so that nobody else gets it, and not listened on.
    @Test
    void closedPortIsRefused() throws IOException {
        try (var bound = new Socket()) {
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (var client = HttpsFront.impatient(bound.getLocalPort())) {
                assertThatThrownBy(client::version)
                        .isInstanceOf(ServerUnreachableException.class)
                        .hasMessage("127.0.0.1:" + bound.getLocalPort() + " refused the connection");
            }
        }
    }
}
