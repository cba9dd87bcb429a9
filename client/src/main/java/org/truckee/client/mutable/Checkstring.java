package org.truckee.client.mutable;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.truckee.protocol.storage.TestAndWrite;

/// What tells versions of a mutable file apart in test-and-set: the first bytes of every share of one version.
public final class Checkstring {
    /// In SDMF: format, sequence number, root, salt.
    static final int MAX_BYTES = 57;

    /// In MDMF: format, sequence number, root.
    private static final int MIN_BYTES = 41;

    private final byte[] bytes;

    public Checkstring(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    /// Passes if a share begins with this. One that is shorter than any good share must be as short still.
    TestAndWrite.Test test() {
        return new TestAndWrite.Test(0, bytes.length < MIN_BYTES ? MAX_BYTES : bytes.length, toBuffer());
    }

    public ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Checkstring that && Arrays.equals(that.bytes, bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
