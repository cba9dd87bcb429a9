package org.truckee.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.protocol.storage.ShareKind;
import org.truckee.storage.FileChange.Piece;

/// A share in the container that a storage node keeps it in, as it was when it was opened. Offsets are those of the
/// share; the container's own bytes are never given. Changes are planned here and made through the [Journal].
/// Not safe for use by several threads at once.
public abstract sealed class ShareFile implements AutoCloseable permits ImmutableShareFile, MutableShareFile {
    final FileChannel channel;

    ShareFile(FileChannel channel) {
        this.channel = channel;
    }

    /// Opens a file to look at it.
    ///
    /// @throws CorruptContainerException if it is no container or a damaged one
    public static ShareFile open(Path file) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return MutableShareFile.isMutable(channel)
                    ? MutableShareFile.open(file, channel)
                    : ImmutableShareFile.open(file, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    public abstract ShareKind kind();

    /// Version of the container: 1 keeps lease secrets in clear, 2 hashed.
    public abstract int version();

    /// Length of the share.
    public abstract long shareBytes();

    /// Where the share begins in the file.
    abstract long shareAt();

    /// Reads some of the share's bytes from `offset` on; -1 at its end.
    public final int read(long offset, ByteBuffer target) throws IOException {
        if (offset >= shareBytes()) {
            return -1;
        }
        int limit = target.limit();
        target.limit((int) Math.min(limit, target.position() + (shareBytes() - offset)));
        try {
            return channel.read(target, shareAt() + offset);
        } finally {
            target.limit(limit);
        }
    }

    public abstract List<Lease> leases() throws IOException;

    /// What has to be written for the lease with these secrets to be renewed, or added.
    abstract List<Piece> renewal(LeaseSecrets secrets, Instant now) throws IOException;

    /// What has to be written for these leases to go; empty if none would be left, and the share has to go too.
    abstract Optional<List<Piece>> withoutLeases(Predicate<Lease> ended) throws IOException;

    @Override
    public final void close() throws IOException {
        channel.close();
    }
}
