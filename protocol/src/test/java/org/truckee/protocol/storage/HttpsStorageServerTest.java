package org.truckee.protocol.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
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
import org.truckee.crypto.NodeCertificate;
import org.truckee.crypto.Swissnum;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.http.ServerUnreachableException;
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
    void closedPortIsRefused() throws IOException {
        server().version();
        front.stopServing();
        assertThatThrownBy(() -> server().version())
                .isInstanceOf(ServerUnreachableException.class)
                .hasMessage("127.0.0.1:" + front.port() + " refused the connection");
    }
}
