package org.truckee.client.mutable;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.MutableFormat;
import org.truckee.client.share.ShareSource;
import org.truckee.protocol.fuzz.Fuzz;

@Timeout(60)
class MutableShareFuzzTest {
    private static ShareSource source(byte[] bytes) {
        return (offset, length) -> Arrays.copyOfRange(
                bytes, (int) Math.min(offset, bytes.length), (int) Math.min(offset + length, bytes.length));
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @CsvSource({"SDMF, 1", "SDMF, 2", "MDMF, 1", "MDMF, 2"})
    void mutatedShareIsReadInBoundedMemory(MutableFormat format, long seed) {
        var key = MutableEncoderTest.key();
        var salts = new Random(seed);
        MutableVersion version = new MutableEncoder(key, format, new Encoding(3, 10))
                .encode(new byte[5000], 3, () -> Salt.random(salts));
        Fuzz.run(seed, 1500, version.shares(), 1000, IOException.class, bytes -> {
            var share =
                    MutableShareReader.open(1, source(bytes), key.publicKey().fingerprint());
            share.readBlock(0);
            share.encryptedSigningKey();
        });
        Fuzz.run(seed, 3000, version.shares(), 100, IOException.class, bytes -> MutableShareDump.lines(source(bytes)));
    }
}
