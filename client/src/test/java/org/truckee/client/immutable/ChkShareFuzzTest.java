package org.truckee.client.immutable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.client.cap.Encoding;
import org.truckee.client.share.NotEnoughSharesException;
import org.truckee.crypto.Hash;
import org.truckee.protocol.fuzz.Fuzz;
import org.truckee.protocol.fuzz.Mutations;

@Timeout(60)
class ChkShareFuzzTest {
    private static byte[] plaintext() {
        var plaintext = new byte[2500];
        new Random(5).nextBytes(plaintext);
        return plaintext;
    }

    /// Two good shares of a file that needs three, and one mutated: the file comes back or it does not, but never
    /// wrong.
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void mutatedShareNeverGivesWrongContents(long seed) throws IOException {
        byte[] plaintext = plaintext();
        var encoded = EncodedShares.of(plaintext, 3, 5, 600);
        var mutations = new Mutations(encoded.shares(), new Random(seed));
        for (int round = 0; round < 1000; round++) {
            byte[] mutated = mutations.next();
            var held = List.of(encoded.held(0), EncodedShares.held(2, mutated), encoded.held(4));
            try {
                assertThat(encoded.recover(held, false).contents()).isEqualTo(plaintext);
            } catch (NotEnoughSharesException expected) {
                // the third share is not good enough
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void mutatedShareIsReadInBoundedMemory(long seed) throws IOException {
        var encoded = EncodedShares.of(plaintext(), 3, 5, 600);
        Fuzz.run(seed, 2000, encoded.shares(), 100, IOException.class, bytes -> {
            var proven = new ProvenHashes(encoded.cap().toVerifyCap());
            var reader = new ChkShareReader(1, EncodedShares.held(1, bytes).source(), proven);
            reader.open();
            for (int segment = 0; segment < 5; segment++) {
                reader.readCiphertextHash(segment);
                reader.readBlock(segment);
            }
        });
        Fuzz.run(
                seed,
                2000,
                encoded.shares(),
                100,
                IOException.class,
                bytes -> ChkShareDump.lines(EncodedShares.held(1, bytes).source()));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void mutatedUriExtensionAndHeaderAreParsed(long seed) {
        var segmentation = Segmentation.of(new Encoding(3, 10), 5000, 1000);
        var any = new Hash(new byte[32]);
        byte[] extension = new UriExtension(segmentation, any, any, any).toBytes();
        Fuzz.run(
                seed,
                5000,
                List.of(extension),
                100,
                IOException.class,
                bytes -> UriExtension.parse(bytes, new Encoding(3, 10), 5000));
        List<byte[]> headers = List.of(
                ShareLayout.of(1, segmentation).header(),
                ShareLayout.of(2, segmentation).header());
        Fuzz.run(seed, 5000, headers, 100, IOException.class, bytes -> ShareLayout.read(ByteBuffer.wrap(bytes)));
    }
}
