package org.truckee.client.cap;

import java.util.Arrays;
import java.util.Optional;
import org.truckee.crypto.Base32;

/// `URI:LIT:DATA`: the file itself, for files so short that shares would be longer.
public final class LiteralCap implements ReadCap {
    static final String PREFIX = "URI:LIT:";

    /// Files up to this size become literals, in bytes.
    public static final int MAX_BYTES = 55;

    private final byte[] data;

    public LiteralCap(byte[] data) {
        this.data = data.clone();
    }

    public byte[] data() {
        return data.clone();
    }

    @Override
    public String uri() {
        return PREFIX + Base32.encode(data);
    }

    @Override
    public Optional<VerifyCap> verifier() {
        return Optional.empty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LiteralCap that && Arrays.equals(that.data, data);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(data);
    }

    @Override
    public String toString() {
        return "LiteralCap(" + data.length + " bytes)";
    }
}
