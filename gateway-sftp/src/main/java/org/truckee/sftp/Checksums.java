package org.truckee.sftp;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.truckee.client.immutable.ContentKey;
import org.truckee.crypto.ReadKey;

/// The sums that clients ask for, and the key under which a file is stored, computed beside its writing as long as it
/// is written from its beginning to its end, and from what is staged where it is not.
final class Checksums {
    /// Each as its command, and the JDK, call it.
    enum Kind {
        MD5("md5sum", "md5", "MD5"),
        SHA1("sha1sum", "sha1", "SHA-1"),
        SHA256("sha256sum", "sha256", "SHA-256");

        private final String command;
        private final String key;
        private final String algorithm;

        Kind(String command, String key, String algorithm) {
            this.command = command;
            this.key = key;
            this.algorithm = algorithm;
        }

        String command() {
            return command;
        }

        /// The name under which a file's metadata has it.
        String key() {
            return key;
        }

        MessageDigest digest() {
            try {
                return MessageDigest.getInstance(algorithm);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has " + algorithm, e);
            }
        }
    }

    private static final int PIECE_BYTES = 128 << 10;

    private final Supplier<ContentKey> keys;
    private final OrderedPieces hashing = new OrderedPieces(this::hash);

    /// Both are touched by the thread that hashes, and by others when it has finished.
    private Map<Kind, MessageDigest> digests;

    private ContentKey key;

    private long summedBytes;

    Checksums(Supplier<ContentKey> keys) {
        this.keys = keys;
        this.digests = fresh();
        this.key = keys.get();
    }

    private static Map<Kind, MessageDigest> fresh() {
        Map<Kind, MessageDigest> digests = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            digests.put(kind, kind.digest());
        }
        return digests;
    }

    private void hash(OrderedPieces.Piece piece) {
        digests.values().forEach(digest -> digest.update(piece.data(), piece.from(), piece.length()));
        key.update(piece.data(), piece.from(), piece.length());
    }

    /// Takes note that `data[from, from + length)`, which nobody changes any more, was written at `offset`.
    void written(long offset, byte[] data, int from, int length) {
        if (offset == summedBytes) {
            hashing.add(new OrderedPieces.Piece(data, from, length));
            summedBytes += length;
        } else if (offset < summedBytes) {
            startAgain();
        }
    }

    void truncated(long size) {
        if (size < summedBytes) {
            startAgain();
        }
    }

    private void startAgain() {
        hashing.finish();
        digests = fresh();
        key = keys.get();
        summedBytes = 0;
    }

    private MessageDigest digest(Kind kind) {
        return Optional.ofNullable(digests.get(kind)).orElseThrow();
    }

    /// The SHA-256 of all of a file of `size` bytes, if it was written from its beginning to its end.
    Optional<String> sha256(long size) {
        if (summedBytes != size) {
            return Optional.empty();
        }
        hashing.finish();
        try {
            return Optional.of(hex((MessageDigest) digest(Kind.SHA256).clone()));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("every digest of the JDK can be cloned", e);
        }
    }

    /// What follows from all of a file: its sums in hexadecimal, and its key where that is known.
    record Sums(Map<String, String> byKey, Optional<ReadKey> key) {}

    Sums of(FileContents.Held file) throws IOException {
        hashing.finish();
        var piece = new byte[(int) Math.min(PIECE_BYTES, file.size() - summedBytes)];
        while (summedBytes < file.size()) {
            int length = (int) Math.min(piece.length, file.size() - summedBytes);
            file.read(summedBytes, piece, 0, length);
            hash(new OrderedPieces.Piece(piece, 0, length));
            summedBytes += length;
        }
        var sums = new LinkedHashMap<String, String>();
        for (Kind kind : Kind.values()) {
            sums.put(kind.key(), hex(digest(kind)));
        }
        Optional<ReadKey> found = key.key();
        startAgain();
        return new Sums(sums, found);
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }
}
