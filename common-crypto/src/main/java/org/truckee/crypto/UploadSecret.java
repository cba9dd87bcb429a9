package org.truckee.crypto;

/// Shown to one server to write or abort the shares that were allocated with it; any length but zero.
public final class UploadSecret extends Secret {
    public UploadSecret(byte[] bytes) {
        super(bytes);
        if (bytes.length == 0) {
            throw new IllegalArgumentException("an upload secret needs at least one byte");
        }
    }
}
