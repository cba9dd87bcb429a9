package org.truckee.client.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.cap.UnknownCap;
import org.truckee.crypto.Digests;
import org.truckee.crypto.Netstring;
import org.truckee.crypto.WriteKey;

/// The expected bytes were made by Tahoe-LAFS's packer.
class DirectoryTableTest {
    private static final WriteKey KEY = new WriteKey(HexFormat.of().parseHex("2cbd45e8a9a68b50e845bfcd3f34d813"));
    private static final String CHILD =
            "URI:SSK:fs6ul2fju2fvb2cfx7gt6ngycm:hncpinwszbggrurbvuaaexnftk3j5wfr7473pj2g734mo2isxlbq";

    private static Metadata metadata(String json) {
        return Metadata.parse(json.getBytes(UTF_8)).orElseThrow();
    }

    private static DirectoryTable empty() {
        return DirectoryTable.parse(new byte[0], Optional.of(KEY));
    }

    @Test
    void tableIsAsTahoePacksIt() throws Exception {
        var table = empty();
        table.put(new Entry("lit", Child.of(Cap.parse("URI:LIT:nbswy3dp")), metadata("{}")));
        table.put(new Entry(
                "héllo",
                Child.of(Cap.parse(CHILD)),
                metadata("{\"tahoe\": {\"linkcrtime\": 1.5, \"linkmotime\": 2.25}}")));
        assertThat(table.toBytes()).hasSize(389);
        assertThat(HexFormat.of().formatHex(Digests.sha256(table.toBytes())))
                .isEqualTo("fcf555b3037837fa68b81f781549d2942593fecfdf4642f9c4ef70b278ca8653");
    }

    @Test
    void immutableTableIsAsTahoePacksIt() throws Exception {
        var table = DirectoryTable.parseImmutable(new byte[0]);
        table.put(new Entry("a", Child.of(Cap.parse("URI:LIT:nbswy3dp")), metadata("{}")));
        assertThat(new DirectoryCap(new LiteralCap(table.toBytes())).uri())
                .isEqualTo("URI:DIR2-LIT:gmzdumj2mewdcnr2kvjesosmjfkdu3tcon3xsm3eoawdaormgi5hw7jmfq");
    }

    @Test
    void writeCapabilitiesAreSeenWithTheWriteKeyOnly() throws Exception {
        var table = empty();
        table.put(new Entry("f", Child.of(Cap.parse(CHILD)), Metadata.empty()));
        var written = DirectoryTable.parse(table.toBytes(), Optional.of(KEY));
        assertThat(written.get("f").orElseThrow().child().cap().uri()).isEqualTo(CHILD);
        var read = DirectoryTable.parse(table.toBytes(), Optional.empty());
        assertThat(read.get("f").orElseThrow().child().cap().uri()).startsWith("URI:SSK-RO:");
    }

    @Test
    void namesAreNormalisedAndInUtf8Order() throws Exception {
        var table = empty();
        for (String name : List.of("\ud83d\ude00", "\uff21", "e\u0301", "b")) {
            table.put(new Entry(name, Child.of(Cap.parse("URI:LIT:me")), Metadata.empty()));
        }
        assertThat(table.entries()).map(Entry::name).containsExactly("b", "\u00e9", "\uff21", "\ud83d\ude00");
        assertThat(table.get("e\u0301")).isPresent();
        assertThat(table.remove("\u00e9")).isTrue();
        assertThat(table.remove("\u00e9")).isFalse();
    }

    @Test
    void whatIsNotTouchedStaysByteForByte() {
        byte[] odd = row("odd", "lafs://future:x", "", "{\"x\":  [1.0]}");
        byte[] unreadable = row("x", "y");
        byte[] bytes = concatenate(odd, unreadable);
        var table = DirectoryTable.parse(bytes, Optional.of(KEY));
        assertThat(table.get("odd").orElseThrow().child().cap()).isInstanceOf(UnknownCap.class);
        assertThat(table.toBytes()).isEqualTo(bytes);
    }

    private static byte[] row(String... fields) {
        byte[][] parts = Arrays.stream(fields)
                .map(field -> Netstring.encode(field.getBytes(UTF_8)))
                .toArray(byte[][]::new);
        return Netstring.encode(concatenate(parts));
    }

    private static byte[] concatenate(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    @Test
    void writeCapabilityInTheReadSlotGivesNoAuthority() {
        var child = new Child(Optional.empty(), Optional.of(CHILD));
        assertThat(child.cap()).isInstanceOf(UnknownCap.class);
    }

    @Test
    void linkTimesAreKeptAndUnknownKeysToo() {
        var metadata = metadata("{\"other\": {\"n\": 12345678901234567890}, \"tahoe\": {\"linkcrtime\": 1.5}}");
        var linked = metadata.linkedAt(Instant.ofEpochMilli(2_250));
        assertThat(new String(linked.toBytes(), UTF_8))
                .isEqualTo(
                        "{\"other\": {\"n\": 12345678901234567890}, \"tahoe\": {\"linkcrtime\": 1.5, \"linkmotime\": 2.25}}");
        assertThat(linked.linkModified()).contains(Instant.ofEpochMilli(2_250));
    }
}
