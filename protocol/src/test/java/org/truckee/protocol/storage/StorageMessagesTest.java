package org.truckee.protocol.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The expected bytes were printed by Python's cbor2 for the messages that Tahoe-LAFS sends.
class StorageMessagesTest {
    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void versionHasByteStringKeys() throws IOException {
        var version = new ServerVersion("tahoe-lafs/1", 1_000_000, 69_105_000_000_000_000L, 1_000_000);
        byte[] bytes = StorageMessages.write(version);
        assertThat(hex(bytes))
                .startsWith("a2582f687474703a2f2f616c6c6d79646174612e6f72672f7461686f652f70726f746f636f6c732f"
                        + "73746f726167652f7631a3581c6d6178696d756d2d696d6d757461626c652d73686172652d73697a651a000f4240"
                        + "581a6d6178696d756d2d6d757461626c652d73686172652d73697a651b00f582a1a13410004f617661696c61626c65"
                        + "2d73706163651a000f4240536170706c69636174696f6e2d76657273696f6e");
        assertThat(StorageMessages.readVersion(bytes)).isEqualTo(version);
    }

    @Test
    void allocationIsAsPythonSendsIt() throws IOException {
        var request = new StorageMessages.Allocate(new TreeSet<>(Set.of(1, 7)), 48);
        assertThat(hex(StorageMessages.write(request)))
                .isEqualTo("a26d73686172652d6e756d62657273d901028201076e616c6c6f63617465642d73697a651830");
        byte[] reply = HexFormat.of().parseHex("a26c616c72656164792d68617665d901028069616c6c6f6361746564d90102820107");
        assertThat(StorageMessages.readAllocation(reply)).isEqualTo(new Allocation(Set.of(), Set.of(1, 7)));
    }

    @Test
    void missingRangesAreAsPythonSendsThem() {
        assertThat(hex(StorageMessages.writeMissing(List.of(new ByteRange(16, 48)))))
                .isEqualTo("a168726571756972656481a265626567696e1063656e641830");
        assertThat(hex(StorageMessages.writeMissing(List.of()))).isEqualTo("a168726571756972656480");
    }

    @Test
    void setsAndReasonsAreAsPythonSendsThem() throws IOException {
        assertThat(hex(StorageMessages.write(Set.of(7)))).isEqualTo("d901028107");
        assertThat(hex(StorageMessages.write(Set.of()))).isEqualTo("d9010280");
        assertThat(hex(StorageMessages.writeReason("bad hash"))).isEqualTo("a166726561736f6e686261642068617368");
    }

    @Test
    void readTestWriteIsAsPythonSendsIt() throws IOException {
        var create = new TestAndWrite(
                List.of(new TestAndWrite.Test(0, 1, ByteBuffer.allocate(0))),
                List.of(new TestAndWrite.Write(0, ByteBuffer.wrap("xxxxxxxxxx".getBytes(UTF_8)))),
                OptionalLong.empty());
        var request = new StorageMessages.ReadTestWrite(Map.of(3, create), List.of(new ReadVector(0, 57)));
        byte[] bytes = StorageMessages.write(request);
        assertThat(hex(bytes))
                .isEqualTo(
                        "a272746573742d77726974652d766563746f7273a103a3647465737481a3666f6666736574006473697a65016873"
                                + "706563696d656e4065777269746581a2666f66667365740064646174614a787878787878787878786a6e65772d6c65"
                                + "6e677468f66b726561642d766563746f7281a2666f6666736574006473697a651839");
        assertThat(StorageMessagesAccess.readReadTestWrite(bytes)).isEqualTo(request);
    }

    @Test
    void deletionIsReadAsPythonSendsIt() throws IOException {
        byte[] bytes = HexFormat.of()
                .parseHex("a272746573742d77726974652d766563746f7273a103a364746573748065777269746580"
                        + "6a6e65772d6c656e677468006b726561642d766563746f7280");
        assertThat(StorageMessagesAccess.readReadTestWrite(bytes))
                .isEqualTo(new StorageMessages.ReadTestWrite(
                        Map.of(3, new TestAndWrite(List.of(), List.of(), OptionalLong.of(0))), List.of()));
    }
}
