package org.truckee.protocol.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// The right to run on a node's directory. It is a lock of the operating system, so a file that a killed process left
/// behind stops nobody.
public final class RunningProcess implements AutoCloseable {
    private final FileChannel channel;

    private RunningProcess(FileChannel channel) {
        this.channel = channel;
    }

    /// Takes the right to run on `directory`; it ends with the process at the latest.
    ///
    /// @throws BadConfigurationException if another process runs there; it names that
    public static RunningProcess lock(Path directory) throws IOException {
        Path file = directory.resolve("running.process");
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            channel.close();
            throw new BadConfigurationException(directory + " is in use by process "
                    + Files.readString(file).strip());
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(US_ASCII)), 0);
        return new RunningProcess(channel);
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException lockedByThisProcess) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
