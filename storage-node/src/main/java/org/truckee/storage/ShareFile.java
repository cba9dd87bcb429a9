package org.truckee.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.protocol.storage.ShareKind;

/// A share in the container that a storage node keeps it in. Offsets are those of the share; the container's own
/// bytes are never given. Not safe for use by several threads at once.
public sealed interface ShareFile extends AutoCloseable permits ImmutableShareFile, MutableShareFile {
    /// Opens a file to look at it.
    ///
    /// @throws CorruptContainerException if it is no container or a damaged one
    static ShareFile openToRead(Path file) throws IOException {
        return open(file, FileChannel.open(file, StandardOpenOption.READ));
    }

    /// Opens a file to look at it and change it.
    ///
    /// @throws CorruptContainerException if it is no container or a damaged one
    static ShareFile open(Path file) throws IOException {
        return open(file, FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    private static ShareFile open(Path file, FileChannel channel) throws IOException {
        try {
            return MutableShareFile.isMutable(channel)
                    ? MutableShareFile.open(file, channel)
                    : ImmutableShareFile.open(file, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    ShareKind kind();

    /// Version of the container: 1 keeps lease secrets in clear, 2 hashed.
    int version();

    /// Length of the share.
    long shareBytes();

    /// Reads some of the share's bytes from `offset` on; -1 at its end.
    int read(long offset, ByteBuffer target) throws IOException;

    List<Lease> leases() throws IOException;

    /// Renews the lease with these secrets, or adds it.
    void addOrRenew(LeaseSecrets secrets, Instant now) throws IOException;

    /// Returns when all changes are on the disk.
    void sync() throws IOException;

    @Override
    void close() throws IOException;
}
