package org.truckee.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.truckee.protocol.ByteStream;

/// Part of a share as it stands in its file. What is there and cannot be read is a failure of the disk.
final class ShareFileBytes implements ByteStream {
    private final ShareFile file;
    private final String name;
    private final DiskHealth health;
    private final long length;
    private final long end;
    private long at;
    private boolean open = true;

    /// The bytes from `offset` on, at most `length`; closing them closes `file`.
    ShareFileBytes(ShareFile file, long offset, long length, String name, DiskHealth health) {
        this.file = file;
        this.name = name;
        this.health = health;
        this.at = Math.min(offset, file.shareBytes());
        this.length = Math.min(length, file.shareBytes() - at);
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
        try {
            int read = file.read(at, target);
            at += Math.max(read, 0);
            return read;
        } catch (IOException e) {
            health.readFailed(name, e);
            throw e;
        } finally {
            target.limit(limit);
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() throws IOException {
        open = false;
        file.close();
    }
}
