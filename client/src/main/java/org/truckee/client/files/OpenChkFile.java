package org.truckee.client.files;

import java.io.IOException;
import java.util.Optional;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.immutable.ChkFile;

/// An immutable file that is open.
record OpenChkFile(FileStatus status, Optional<ChkReadCap> cap, ChkFile file) implements OpenFile {
    @Override
    public long size() {
        return file.size();
    }

    @Override
    public int read(long offset, byte[] target, int at, int length) throws IOException {
        return file.read(offset, target, at, length);
    }

    @Override
    public void close() {
        file.close();
    }
}
