package org.truckee.crypto;

/// Bytes that give authority to whoever knows them, so they never print.
public abstract class Secret extends ByteString {
    Secret(byte[] bytes) {
        super(bytes);
    }

    Secret(byte[] bytes, int length) {
        super(bytes, length);
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + "(hidden)";
    }
}
