package org.truckee.client.immutable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The runs of a client on one node directory. Every run has a number of its own, which its upload secrets follow
/// from; the numbers of runs that died are kept, so that what they left allocated on servers can be aborted.
///
/// ```
/// uploads/HEX         a run: locked while the process lives, gone when it ends in order
/// uploads/HEX.dead    a run that died, since this was noticed; deleted once servers have forgotten its uploads
/// ```
public final class Incarnations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Incarnations.class);
    private static final int BYTES = 16;
    private static final String DEAD = ".dead";

    /// Servers forget an upload after half an hour without a word.
    private static final Duration FORGOTTEN = Duration.ofHours(1);

    private final byte[] current;
    private final List<byte[]> dead;
    private final Optional<Path> file;
    private final Optional<FileLock> lock;

    private Incarnations(byte[] current, List<byte[]> dead, Optional<Path> file, Optional<FileLock> lock) {
        this.current = current;
        this.dead = dead;
        this.file = file;
        this.lock = lock;
    }

    /// A run that leaves nothing behind to be remembered.
    public static Incarnations unremembered(SecureRandom random) {
        return new Incarnations(fresh(random), List.of(), Optional.empty(), Optional.empty());
    }

    /// A run on a node directory, in `folder` of which the runs are kept.
    public static Incarnations open(Path folder, SecureRandom random, InstantSource clock) throws IOException {
        Files.createDirectories(folder);
        List<byte[]> dead = bury(folder, clock.instant());
        byte[] current = fresh(random);
        Path file = folder.resolve(HexFormat.of().formatHex(current));
        var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new Incarnations(current, dead, Optional.of(file), Optional.of(channel.lock()));
    }

    private static byte[] fresh(SecureRandom random) {
        var number = new byte[BYTES];
        random.nextBytes(number);
        return number;
    }

    private static List<byte[]> bury(Path folder, Instant now) throws IOException {
        List<byte[]> dead = new ArrayList<>();
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.sorted().toList();
        }
        for (Path file : files) {
            String name = file.getFileName().toString();
            boolean known = name.endsWith(DEAD);
            String number = known ? name.substring(0, name.length() - DEAD.length()) : name;
            if (!number.matches("[0-9a-f]{" + 2 * BYTES + "}")) {
                LOG.atWarn().addKeyValue("file", file).log("not the number of a run: left alone");
            } else if (known && Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(FORGOTTEN))) {
                Files.delete(file);
            } else if (known || noticeDeath(file, now)) {
                dead.add(HexFormat.of().parseHex(number));
            }
        }
        return dead;
    }

    /// Whether the run in this file is dead; it is renamed then.
    private static boolean noticeDeath(Path file, Instant now) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE);
                var lock = channel.tryLock()) {
            if (lock == null) {
                return false;
            }
            Path renamed = file.resolveSibling(file.getFileName() + DEAD);
            Files.move(file, renamed);
            Files.setLastModifiedTime(renamed, FileTime.from(now));
            return true;
        } catch (OverlappingFileLockException e) {
            return false; // alive, in this very process
        }
    }

    /// The number of this run.
    byte[] current() {
        return current.clone();
    }

    /// The numbers of those that died.
    List<byte[]> dead() {
        return List.copyOf(dead);
    }

    /// Ends this run in order: it leaves nothing allocated.
    @Override
    public void close() throws IOException {
        if (file.isPresent()) {
            Files.deleteIfExists(file.get());
        }
        if (lock.isPresent()) {
            lock.get().acquiredBy().close();
        }
    }
}
