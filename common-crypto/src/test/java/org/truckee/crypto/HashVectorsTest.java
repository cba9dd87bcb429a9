package org.truckee.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The expected values are those of Tahoe-LAFS's own tests or were printed by its `allmydata.util.hashutil`.
class HashVectorsTest {
    @ParameterizedTest(name = "{0} of \"{1}\"")
    @CsvSource(
            emptyValue = "",
            value = {
                "BLOCK,                                   '', msjr5bh4evuh7fa3zw7uovixfbvlnstr5b65mrerwfnvjxig2jvq",
                "URI_EXTENSION,                           '', wthsu45q7zewac2mnivoaa4ulh5xvbzdmsbuyztq2a5fzxdrnkka",
                "CIPHERTEXT,                              '', itdj6e4njtkoiavlrmxkvpreosscssklunhwtvxn6ggho4rkqwga",
                "CIPHERTEXT_SEGMENT,                      '', aovy5aa7jej6ym5ikgwyoi4pxawnoj3wtaludjz7e2nb5xijb7aa",
                "CHK_KEY_TO_STORAGE_INDEX, xxxxxxxxxxxxxxxx, wvggbrnrezdpa5yayrgiw5nzja",
                "MUTABLE_PRIVATE_KEY_TO_WRITE_KEY,        '', ykpgmdbpgbb6yqz5oluw2q26ye",
                "MUTABLE_WRITE_KEY_TO_READ_KEY,           '', vugid4as6qbqgeq2xczvvcedai",
                "MUTABLE_READ_KEY_TO_STORAGE_INDEX,       '', j7icz6kigb6hxrej3tv4z7ayym",
                "MUTABLE_PUBLIC_KEY_TO_FINGERPRINT,       '', 3opzw4hhm2sgncjx224qmt5ipqgagn7h5zivnfzqycvgqgmgz35q",
                "MUTABLE_WRITE_KEY_TO_WRITE_ENABLER_MASTER, '', izbfbfkoait4dummruol3gy2bnixrrrslgye6ycmkuyujnenzpia",
                "MERKLE_EMPTY_LEAF,                        0, 4abeomayryw6kzfgs7gctb2apmsk47vwxcabsda2am32k5aokj5a",
                "MERKLE_EMPTY_LEAF,                        3, t3kza5vwx3tlowdemmgdyigp62ju57qduyfh7uulnfkc7mj2ncrq",
            })
    void hashMatches(Tag tag, String value, String expected) {
        byte[] hash = tag.hash(value.getBytes(UTF_8));
        assertThat(Base32.encode(Arrays.copyOf(hash, expected.length() * 5 / 8)))
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} of \"{1}\", \"{2}\"")
    @CsvSource({
        "MUTABLE_READ_KEY_TO_DATA_KEY, iv, rk, 73wsaldnvdzqaf7v4pzbr2ae5a",
        "DIRECTORY_CHILD_KEY,          iv, wk, 6rvn2iqrghii5n4jbbwwqqsnqu",
    })
    void pairMatches(Tag tag, String a, String b, String expected) {
        byte[] hash = tag.pair(a.getBytes(UTF_8), b.getBytes(UTF_8), 16);
        assertThat(Base32.encode(hash)).isEqualTo(expected);
    }

    @Test
    void innerNodeMatches() {
        byte[] node = Tag.MERKLE_NODE.pair(filled(0), filled(1));
        assertThat(Base32.encode(node)).isEqualTo("n4yg4ppz2jtwvbmkdm65r4apltvblyz4e42zr4htodawtvgs3aoa");
    }

    @Test
    void hasherIsUsableAgainAfterDigest() {
        var hasher = Tag.BLOCK.hasher();
        hasher.update(new byte[] {1, 2, 3}).digest();
        assertThat(hasher.update(new byte[0]).digest()).isEqualTo(Tag.BLOCK.hash(new byte[0]));
    }

    @Test
    void convergentKeyMatches() {
        var key = new ConvergenceSecret("converge".getBytes(UTF_8))
                .keyHasher(3, 10, 100)
                .key();
        assertThat(Base32.encode(key.toBytes())).isEqualTo("3mo6ni7xweplycin6nowynw2we");
    }

    @Test
    void blake2bMatches() {
        byte[] secret = "R".repeat(32).getBytes(UTF_8);
        assertThat(HexFormat.of().formatHex(Digests.blake2b256(secret)))
                .isEqualTo("0666d16d6f9960d32c9e59c59b33800be038644ece4cb3da310b258e6d852204");
    }

    @Test
    void leaseSecretsMatch() {
        var secrets = LeaseSecret.parse("boity2cdh7jvl3ltaeebuiobbspjmbuopnwbde2yeh4k6x7jioga")
                .orElseThrow()
                .leaseSecrets(
                        StorageIndex.parse("vrttmwlicrzbt7gh5qsooogr7u").orElseThrow(),
                        TubId.parse("v67jiisoty6ooyxlql5fuucitqiok2ic").orElseThrow());
        assertThat(Base32.encode(secrets.renew())).isEqualTo("osd6wmc5vz4g3ukg64sitmzlfiaaordutrez7oxdp5kkze7zp5zq");
        assertThat(Base32.encode(secrets.cancel())).isEqualTo("yqe3mm5yl6uk76emoelvvu6apk7l4dadfozwkj5ox4hna3ryejwq");
    }

    @Test
    void writeEnablerMatches() {
        byte[] writeKey = new byte[16];
        for (int i = 0; i < writeKey.length; i++) {
            writeKey[i] = (byte) i;
        }
        byte[] server = HexFormat.of().parseHex("6465666768696a6b6c6d6e6f7071727374757677");
        assertThat(HexFormat.of()
                        .formatHex(new WriteKey(writeKey)
                                .writeEnabler(new TubId(server))
                                .toBytes()))
                .isEqualTo("f36d7a65ab7e5de77e14e0dc0675bb5f2446806e4fd2d48556f83a6fb6b61b65");
    }

    @Test
    void directoryChildAuthenticatorMatches() {
        byte[] mac = WriteKey.ChildKey.authenticate("tag".getBytes(UTF_8), new byte[0], new byte[0]);
        assertThat(Base32.encode(mac)).isEqualTo("c54ypfi6pevb3nvo6ba42jtglpkry2kbdopqsi7dgrm4r7tw5sra");
    }

    @Test
    void merkleTreeOfThreeLeavesMatches() {
        var tree = MerkleTree.over(List.of(filled(0), filled(1), filled(2)));
        assertThat(HexFormat.of().formatHex(tree.root()))
                .isEqualTo("92e70a7a143b15a087efc129900fc3b807f3f1daec75836a76607745d8ee0510");
        assertThat(tree.leafNode(2)).isEqualTo(5);
        assertThat(tree.siblings(2)).containsExactly(1, 6);
    }

    @Test
    void merkleTreeWithoutLeavesIsOneFiller() {
        var tree = MerkleTree.over(List.of());
        assertThat(tree.size()).isEqualTo(1);
        assertThat(HexFormat.of().formatHex(tree.root()))
                .isEqualTo("e0024730188e2de564a697cc2987407b24ae7eb6b880190c1a0337a5740e527a");
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3", "10", "16", "17"})
    void incompleteTreeProvesEachLeafFromItsSiblings(int leaves) {
        var whole = MerkleTree.over(
                IntStream.range(0, leaves).mapToObj(HashVectorsTest::filled).toList());
        var partial = new IncompleteMerkleTree(leaves, whole.root());
        for (int leaf = 0; leaf < leaves; leaf++) {
            var hashes = new HashMap<Integer, byte[]>();
            partial.needed(leaf).forEach(node -> hashes.put(node, whole.node(node)));
            assertThat(partial.add(hashes)).isEqualTo(IncompleteMerkleTree.Addition.PROVEN);
            assertThat(partial.leaf(leaf)).contains(filled(leaf));
        }
    }

    @Test
    void incompleteTreeOfManyLeavesHoldsABoundedPart() {
        int leaves = 20_000;
        var whole = MerkleTree.over(
                IntStream.range(0, leaves).mapToObj(HashVectorsTest::filled).toList());
        var partial = new IncompleteMerkleTree(leaves, whole.root());
        int asked = 0;
        for (int leaf = 0; leaf < leaves; leaf++) {
            var hashes = new HashMap<Integer, byte[]>();
            partial.needed(leaf).forEach(node -> hashes.put(node, whole.node(node)));
            assertThat(partial.add(hashes)).isEqualTo(IncompleteMerkleTree.Addition.PROVEN);
            asked += hashes.size();
        }
        assertThat(asked).isBetween(leaves, 2 * leaves);
        assertThat(partial.needed(0)).isNotEmpty();
    }

    @Test
    void incompleteTreeTakesNothingFromAFalseAddition() {
        var whole = MerkleTree.over(List.of(filled(0), filled(1), filled(2), filled(3)));
        var partial = new IncompleteMerkleTree(4, whole.root());
        var lie = Map.of(3, filled(0), 4, filled(9), 2, whole.node(2));
        assertThat(partial.add(lie)).isEqualTo(IncompleteMerkleTree.Addition.FALSE);
        assertThat(partial.add(Map.of(3, filled(0), 4, filled(1)))).isEqualTo(IncompleteMerkleTree.Addition.INCOMPLETE);
        assertThat(partial.needed(0)).containsExactly(2, 3, 4);
        assertThat(partial.add(Map.of(99, filled(0)))).isEqualTo(IncompleteMerkleTree.Addition.FALSE);
    }

    private static byte[] filled(int value) {
        var bytes = new byte[32];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
