package org.truckee.client.share;

import java.io.IOException;
import org.truckee.protocol.storage.ByteRange;

/// A share is not what it must be. The message is what the server's operator is told:
/// `share 3: block hashes [1234-1298): ...`.
public final class CorruptShareException extends IOException {
    private static final long serialVersionUID = 1;

    /// The part of a share in which the damage is.
    public enum Section {
        HEADER("header"),
        BLOCKS("blocks"),
        PLAINTEXT_HASHES("unused plaintext hashes"),
        CIPHERTEXT_HASHES("ciphertext hashes"),
        BLOCK_HASHES("block hashes"),
        SHARE_HASHES("share hashes"),
        URI_EXTENSION("URI extension"),
        PUBLIC_KEY("public key"),
        SIGNATURE("signature"),
        SIGNING_KEY("encrypted signing key"),
        END("bytes behind the end"),
        CONTAINER("container");

        private final String words;

        Section(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    private final int share;
    private final Section section;
    private final transient ByteRange range;
    private final String detail;

    public CorruptShareException(int share, Section section, ByteRange range, String detail) {
        super("share " + share + ": " + section + " [" + range.begin() + "-" + range.end() + "): " + detail);
        this.share = share;
        this.section = section;
        this.range = range;
        this.detail = detail;
    }

    public int share() {
        return share;
    }

    public Section section() {
        return section;
    }

    public ByteRange range() {
        return range;
    }

    /// What is wrong, without the place.
    public String detail() {
        return detail;
    }
}
