package org.truckee.crypto;

/// Shown to one server to change one mutable file there.
public final class WriteEnabler extends Secret {
    public static final int BYTES = 32;

    public WriteEnabler(byte[] bytes) {
        super(bytes, BYTES);
    }
}
