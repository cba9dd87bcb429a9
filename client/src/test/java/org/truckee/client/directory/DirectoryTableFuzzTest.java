package org.truckee.client.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.MalformedCapException;
import org.truckee.crypto.WriteKey;
import org.truckee.protocol.fuzz.Fuzz;
import org.truckee.protocol.fuzz.Mutations;

@Timeout(60)
class DirectoryTableFuzzTest {
    private static final WriteKey KEY = new WriteKey(new byte[16]);
    private static final String WRITE =
            "URI:SSK:fs6ul2fju2fvb2cfx7gt6ngycm:hncpinwszbggrurbvuaaexnftk3j5wfr7473pj2g734mo2isxlbq";
    private static final String READ =
            "URI:CHK:hah7mxwfpqemm7icdh3hwsa5fa:6epvxt2uxh42obpnfn4wkrplqml7voh7aqpnqnapu7ffcyn2hk3q:3:10:56";

    private static byte[] table() throws MalformedCapException {
        var table = DirectoryTable.parse(new byte[0], Optional.of(KEY));
        for (String cap : List.of(WRITE, READ, "URI:LIT:me")) {
            table.put(new Entry(
                    "name " + cap.length(),
                    Child.of(Cap.parse(cap)),
                    Metadata.empty().linkedAt(Instant.EPOCH)));
        }
        return table.toBytes();
    }

    /// Whatever a table holds, nothing of it is lost when it is written back.
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void mutatedTableKeepsAllItsBytes(long seed) throws MalformedCapException {
        var mutations = new Mutations(List.of(table()), new Random(seed));
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = mutations.next();
            byte[] written = DirectoryTable.parse(bytes, Optional.of(KEY)).toBytes();
            assertThat(written.length).isLessThanOrEqualTo(bytes.length + 40);
            assertThat(DirectoryTable.parse(written, Optional.of(KEY)).entries())
                    .isEqualTo(DirectoryTable.parse(bytes, Optional.of(KEY)).entries());
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void mutatedTableIsReadInBoundedMemory(long seed) throws MalformedCapException {
        Fuzz.run(seed, 2000, List.of(table()), 1000, IOException.class, bytes -> {
            DirectoryTable.parse(bytes, Optional.of(KEY)).entries().forEach(entry -> {
                entry.child().cap();
                entry.metadata().linkModified();
            });
            DirectoryTable.parse(bytes, Optional.empty()).toBytes();
            DirectoryTable.parseImmutable(bytes).toBytes();
        });
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void mutatedCapabilitiesAndMetadataAreParsed(long seed) {
        List<byte[]> caps = List.of(WRITE.getBytes(UTF_8), READ.getBytes(UTF_8), "URI:DIR2-LIT:me".getBytes(UTF_8));
        Fuzz.run(seed, 5000, caps, 100, MalformedCapException.class, bytes -> Cap.parse(new String(bytes, UTF_8)));
        byte[] metadata =
                "{\"tahoe\": {\"linkcrtime\": 1795202016.3862994, \"linkmotime\": 1e300}, \"x\": [1, {}, null]}"
                        .getBytes(UTF_8);
        Fuzz.run(
                seed,
                5000,
                List.of(metadata),
                1000,
                IOException.class,
                bytes -> Metadata.parse(bytes).ifPresent(parsed -> {
                    parsed.linkedAt(Instant.EPOCH).toBytes();
                    parsed.linkModified();
                    parsed.noWrite();
                }));
    }
}
