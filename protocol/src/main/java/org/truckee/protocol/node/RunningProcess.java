package org.truckee.protocol.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The right to run on a node's directory. It is a lock of the operating system, so a file that a killed process left
/// behind stops nobody.
///
/// The file is also what Tahoe-LAFS reads and writes there without a lock, so that neither starts on a directory that
/// the other runs on: `PID START`, START in seconds since 1970, a fraction allowed. It is gone when nobody runs.
public final class RunningProcess implements AutoCloseable {
    private static final String FILE = "running.process";
    private static final Pattern LINE = Pattern.compile("([0-9]{1,18}) ([0-9]{1,18})(?:\\.[0-9]+)?\\s*");

    /// How far two ways of computing when a process started may be apart.
    private static final Duration SAME_START = Duration.ofSeconds(3);

    private final Path file;
    private final FileChannel channel;

    private RunningProcess(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /// Takes the right to run on `directory`; it ends with the process at the latest.
    ///
    /// @throws BadConfigurationException if another process runs there; it names that
    public static RunningProcess lock(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        byte[] line = line(ProcessHandle.current()).getBytes(US_ASCII);
        while (true) {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (tryLock(channel) == null || namesRunningProcess(read(file))) {
                channel.close();
                throw new BadConfigurationException(directory + " is in use by " + owner(read(file)));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(line), 0);
            // else whoever ran before has removed the file between our opening and our locking it
            if (read(file).equals(new String(line, US_ASCII))) {
                return new RunningProcess(file, channel);
            }
            channel.close();
        }
    }

    private static String line(ProcessHandle process) {
        return process.pid() + " "
                + process.info().startInstant().orElseGet(Instant::now).getEpochSecond() + ".0\n";
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static String owner(String text) {
        Matcher line = LINE.matcher(text);
        return line.matches() ? "process " + line.group(1) : "another process";
    }

    /// Whether a process other than this one is meant, and not one that merely got the same number later.
    private static boolean namesRunningProcess(String text) {
        Matcher line = LINE.matcher(text);
        return line.matches()
                && ProcessHandle.of(Long.parseLong(line.group(1)))
                        .filter(process -> !process.equals(ProcessHandle.current()))
                        .flatMap(process -> process.info().startInstant())
                        .filter(start -> Duration.between(start, Instant.ofEpochSecond(Long.parseLong(line.group(2))))
                                        .abs()
                                        .compareTo(SAME_START)
                                < 0)
                        .isPresent();
    }

    /// The process that runs on `directory`, if another one than this does.
    public static Optional<Long> of(Path directory) throws IOException {
        String text = read(directory.resolve(FILE));
        Matcher line = LINE.matcher(text);
        return line.matches() && namesRunningProcess(text)
                ? Optional.of(Long.parseLong(line.group(1)))
                : Optional.empty();
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
        if (channel.isOpen()) {
            Files.deleteIfExists(file);
            channel.close();
        }
    }
}
