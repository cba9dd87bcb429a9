package org.truckee.client.files;

import java.io.IOException;
import java.util.Optional;
import org.truckee.client.cap.ChkReadCap;

/// A file as it was when it was opened, to be read at any place. Safe for use by several threads.
public interface OpenFile extends AutoCloseable {
    /// What was known of it when it was opened; `identity` says whether its name still stands for it.
    FileStatus status();

    long size();

    /// By which the same contents can be opened again, whatever becomes of the name; empty where they are in memory.
    Optional<ChkReadCap> cap();

    /// Reads up to `length` bytes from `offset` on into `target` at `at`; fewer at the end of the file only, -1 at or
    /// behind it.
    int read(long offset, byte[] target, int at, int length) throws IOException;

    @Override
    void close();
}
