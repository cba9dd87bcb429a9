package org.truckee.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.truckee.protocol.ByteStream;

/// Part of a share as it stands in its file.
final class ShareFileBytes implements ByteStream {
    /// Reads share bytes at an offset, as a channel does.
    interface Source {
        int read(long offset, ByteBuffer target) throws IOException;
    }

    private final AutoCloseable file;
    private final Source source;
    private final long length;
    private final long end;
    private long at;
    private boolean open = true;

    /// The bytes from `offset` on, at most `length` of a share of `shareBytes`; closing them closes `file`.
    ShareFileBytes(AutoCloseable file, Source source, long shareBytes, long offset, long length) {
        this.file = file;
        this.source = source;
        this.at = Math.min(offset, shareBytes);
        this.length = Math.min(length, shareBytes - at);
        this.end = at + this.length;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (at == end) {
            return -1;
        }
        int limit = target.limit();
        target.limit((int) Math.min(limit, target.position() + (end - at)));
        int read = source.read(at, target);
        target.limit(limit);
        at += Math.max(read, 0);
        return read;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() throws IOException {
        open = false;
        try {
            file.close();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("a share file was not closed", e);
        }
    }
}
