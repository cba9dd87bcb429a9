package org.truckee.client.immutable;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.truckee.client.cap.Encoding;
import org.truckee.crypto.Hash;
import org.truckee.crypto.Netstring;
import org.truckee.crypto.Tag;

/// The URI extension block: what a reader must know of a file beyond its capability, which carries this block's hash.
///
/// ```
/// KEY ":" LENGTH ":" VALUE ","    per key, keys in ascending order
///
/// codec_name           crs                             segment_size       decimal
/// codec_params         SEGMENT-REQUIRED-TOTAL          share_root_hash    32 bytes
/// crypttext_hash       32 bytes                        size               decimal
/// crypttext_root_hash  32 bytes                        tail_codec_params  TAIL-REQUIRED-TOTAL
/// needed_shares        decimal                         total_shares       decimal
/// num_segments         decimal
/// ```
///
/// (Tahoe-LAFS `docs/specifications/URI-extension.rst`.)
public record UriExtension(
        Segmentation segmentation, Hash ciphertextHash, Hash ciphertextRootHash, Hash shareRootHash) {
    private static final String SEGMENT_SIZE = "segment_size";
    private static final String CIPHERTEXT_HASH = "crypttext_hash";
    private static final String CIPHERTEXT_ROOT_HASH = "crypttext_root_hash";
    private static final String SHARE_ROOT_HASH = "share_root_hash";

    /// The block as every share carries it.
    public byte[] toBytes() {
        var fields = new TreeMap<String, byte[]>();
        Encoding encoding = segmentation.encoding();
        String shares = "-" + encoding.required() + "-" + encoding.total();
        fields.put("codec_name", ascii("crs"));
        fields.put("codec_params", ascii(segmentation.segmentBytes() + shares));
        fields.put(CIPHERTEXT_HASH, ciphertextHash.toBytes());
        fields.put(CIPHERTEXT_ROOT_HASH, ciphertextRootHash.toBytes());
        fields.put("needed_shares", ascii(encoding.required()));
        fields.put("num_segments", ascii(segmentation.segments()));
        fields.put(SEGMENT_SIZE, ascii(segmentation.segmentBytes()));
        fields.put(SHARE_ROOT_HASH, shareRootHash.toBytes());
        fields.put("size", ascii(segmentation.size()));
        fields.put("tail_codec_params", ascii(segmentation.paddedTailBytes() + shares));
        fields.put("total_shares", ascii(encoding.total()));
        var out = new ByteArrayOutputStream();
        fields.forEach((key, value) -> {
            out.writeBytes(ascii(key + ":"));
            out.writeBytes(Netstring.encode(value));
        });
        return out.toByteArray();
    }

    /// Length of the block of a file cut like this: hashes have a fixed length, so no content is needed for it.
    static int length(Segmentation segmentation) {
        var any = new Hash(new byte[Hash.BYTES]);
        return new UriExtension(segmentation, any, any, any).toBytes().length;
    }

    public Hash hash() {
        return hash(toBytes());
    }

    static Hash hash(byte[] block) {
        return new Hash(Tag.URI_EXTENSION.hash(block));
    }

    /// What a block says that has the hash its capability names. Encoding and size are the capability's; further keys
    /// and those that only repeat others are not looked at. Empty if what is needed is not there or makes no sense.
    static Optional<UriExtension> parse(byte[] block, Encoding encoding, long size) {
        return fields(block).flatMap(fields -> of(fields, encoding, size));
    }

    private static Optional<UriExtension> of(Map<String, byte[]> fields, Encoding encoding, long size) {
        Optional<Integer> segmentBytes = Optional.ofNullable(fields.get(SEGMENT_SIZE))
                .map(value -> new String(value, US_ASCII))
                .filter(text -> text.matches("[0-9]{1,9}"))
                .map(Integer::valueOf)
                .filter(bytes -> bytes > 0 && bytes % encoding.required() == 0);
        Optional<Hash> ciphertextRoot = hash(fields, CIPHERTEXT_ROOT_HASH);
        Optional<Hash> shareRoot = hash(fields, SHARE_ROOT_HASH);
        if (segmentBytes.isEmpty()
                || ciphertextRoot.isEmpty()
                || shareRoot.isEmpty()
                || Math.ceilDiv(size, segmentBytes.get()) > Integer.MAX_VALUE / 128) {
            return Optional.empty();
        }
        return Optional.of(new UriExtension(
                new Segmentation(encoding, size, segmentBytes.get()),
                hash(fields, CIPHERTEXT_HASH).orElse(new Hash(new byte[Hash.BYTES])),
                ciphertextRoot.get(),
                shareRoot.get()));
    }

    private static Optional<Hash> hash(Map<String, byte[]> fields, String key) {
        return Optional.ofNullable(fields.get(key))
                .filter(value -> value.length == Hash.BYTES)
                .map(Hash::new);
    }

    private static Optional<Map<String, byte[]>> fields(byte[] block) {
        var fields = new TreeMap<String, byte[]>();
        int at = 0;
        while (at < block.length) {
            int key = find(block, at);
            int length = key < 0 ? -1 : find(block, key + 1);
            if (length < 0) {
                return Optional.empty();
            }
            String digits = new String(block, key + 1, length - key - 1, US_ASCII);
            if (!digits.matches("[0-9]{1,5}")) {
                return Optional.empty();
            }
            int from = length + 1;
            int to = from + Integer.parseInt(digits);
            if (to >= block.length || block[to] != ',') {
                return Optional.empty();
            }
            fields.put(new String(block, at, key - at, US_ASCII), Arrays.copyOfRange(block, from, to));
            at = to + 1;
        }
        return Optional.of(fields);
    }

    /// Where the next colon stands, or -1.
    private static int find(byte[] block, int from) {
        for (int i = from; i < block.length; i++) {
            if (block[i] == ':') {
                return i;
            }
        }
        return -1;
    }

    private static byte[] ascii(Object value) {
        return value.toString().getBytes(US_ASCII);
    }
}
