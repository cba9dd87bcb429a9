package org.truckee.sftp;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The sums that clients ask for, computed while a file is written as long as it is written from its beginning to its
/// end, and from what is staged where it is not.
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

    private final List<Kind> kinds = List.of(Kind.values());
    private List<MessageDigest> digests = fresh();
    private long summedBytes;

    private List<MessageDigest> fresh() {
        return kinds.stream().map(Kind::digest).toList();
    }

    /// Takes note that `data[from, from + length)` was written at `offset`.
    void written(long offset, byte[] data, int from, int length) {
        if (offset == summedBytes) {
            digests.forEach(digest -> digest.update(data, from, length));
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
        digests = fresh();
        summedBytes = 0;
    }

    /// The SHA-256 of all of a file of `size` bytes, if it was written from its beginning to its end.
    Optional<String> sha256(long size) {
        if (summedBytes != size) {
            return Optional.empty();
        }
        MessageDigest digest = digests.get(kinds.indexOf(Kind.SHA256));
        try {
            return Optional.of(hex((MessageDigest) digest.clone()));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("every digest of the JDK can be cloned", e);
        }
    }

    /// The sums of all of a file, in hexadecimal.
    Map<String, String> of(FileContents.Held file) throws IOException {
        var piece = new byte[PIECE_BYTES];
        while (summedBytes < file.size()) {
            int length = (int) Math.min(piece.length, file.size() - summedBytes);
            file.read(summedBytes, piece, 0, length);
            written(summedBytes, piece, 0, length);
        }
        var sums = new LinkedHashMap<String, String>();
        for (int i = 0; i < digests.size(); i++) {
            sums.put(kinds.get(i).key(), hex(digests.get(i)));
        }
        startAgain();
        return sums;
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }
}
