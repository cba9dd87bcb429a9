package org.truckee.client.files;

import java.util.Optional;
import org.truckee.client.cap.ChkReadCap;

/// A file that is open and in memory, as literals and mutable files are.
final class OpenBytes implements OpenFile {
    private final FileStatus status;
    private final byte[] bytes;

    /// Takes `bytes` over.
    OpenBytes(FileStatus status, byte[] bytes) {
        this.status = status;
        this.bytes = bytes;
    }

    @Override
    public FileStatus status() {
        return status;
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public Optional<ChkReadCap> cap() {
        return Optional.empty();
    }

    @Override
    public int read(long offset, byte[] target, int at, int length) {
        if (offset >= bytes.length) {
            return -1;
        }
        int read = (int) Math.min(length, bytes.length - offset);
        System.arraycopy(bytes, (int) offset, target, at, read);
        return read;
    }

    @Override
    public void close() {}
}
