package org.truckee.client.immutable;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.truckee.client.cap.Encoding;
import org.truckee.crypto.Hash;
import org.truckee.crypto.Netstring;
import org.truckee.crypto.NetstringReader;
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

    /// A segment is held in memory as a whole, and all transfers of a process share as much.
    private static final int MOST_SEGMENT_BYTES = 64 << 20;

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
                .filter(bytes -> bytes > 0 && bytes <= MOST_SEGMENT_BYTES && bytes % encoding.required() == 0);
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

    /// The keys and values of a block, whatever follows it; empty if there are none.
    static Optional<Map<String, byte[]>> fields(byte[] block) {
        var fields = new TreeMap<String, byte[]>();
        var bytes = ByteBuffer.wrap(block);
        for (int colon = find(bytes); colon >= 0; colon = find(bytes)) {
            var key = new byte[colon - bytes.position()];
            bytes.get(key).get();
            var reader = new NetstringReader(bytes);
            Optional<ByteBuffer> value = reader.next();
            if (value.isEmpty()) {
                break;
            }
            var copy = new byte[value.get().remaining()];
            value.get().get(copy);
            fields.put(new String(key, US_ASCII), copy);
            bytes.position(bytes.position() + reader.position());
        }
        return fields.isEmpty() ? Optional.empty() : Optional.of(fields);
    }

    /// Where the next colon stands, or -1.
    private static int find(ByteBuffer bytes) {
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            if (bytes.get(i) == ':') {
                return i;
            }
        }
        return -1;
    }

    /// A value for people: a hash in base32, anything else as text.
    static String readable(byte[] value) {
        return value.length == Hash.BYTES ? new Hash(value).toString() : new String(value, US_ASCII);
    }

    private static byte[] ascii(Object value) {
        return value.toString().getBytes(US_ASCII);
    }
}
