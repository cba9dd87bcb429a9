package org.truckee.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The file of an immutable share while it is written: in its full size from the start, in the container that
/// [ImmutableShareFile] draws. Not safe for use by several threads at once.
public final class NewImmutableShare implements AutoCloseable {
    private static final int OWNER_OF_ALLOCATION = 0;

    private final FileChannel channel;
    private final long shareBytes;

    private NewImmutableShare(FileChannel channel, long shareBytes) {
        this.channel = channel;
        this.shareBytes = shareBytes;
    }

    /// Makes a file without leases.
    public static NewImmutableShare create(Path file, long shareBytes) throws IOException {
        return create(file, shareBytes, ByteBuffer.allocate(0), 0);
    }

    /// Makes a file with one lease, given as it is kept.
    static NewImmutableShare create(Path file, long shareBytes, Lease lease) throws IOException {
        return create(file, shareBytes, lease.writeImmutable(), 1);
    }

    /// What a new share's lease says of who asked for it.
    static int owner() {
        return OWNER_OF_ALLOCATION;
    }

    private static NewImmutableShare create(Path file, long shareBytes, ByteBuffer leases, int count)
            throws IOException {
        var channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            var header = ByteBuffer.allocate(ImmutableShareFile.HEADER_BYTES)
                    .putInt(ImmutableShareFile.HASHED)
                    .putInt((int) Math.min(shareBytes, 0xffff_ffffL))
                    .putInt(count);
            ShareBytes.write(channel, 0, header.flip());
            ShareBytes.write(channel, ImmutableShareFile.HEADER_BYTES + shareBytes, leases);
            return new NewImmutableShare(channel, shareBytes);
        } catch (IOException | RuntimeException e) {
            channel.close();
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /// Length of the share.
    public long shareBytes() {
        return shareBytes;
    }

    /// Writes share bytes.
    public void write(long offset, ByteBuffer data) throws IOException {
        ShareBytes.write(channel, ImmutableShareFile.HEADER_BYTES + offset, data);
    }

    /// Reads share bytes that were written.
    ByteBuffer read(long offset, int length) throws IOException {
        return ShareBytes.read(channel, ImmutableShareFile.HEADER_BYTES + offset, length);
    }

    /// Returns when everything written so far is on the disk.
    void sync() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
