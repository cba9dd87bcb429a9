package org.truckee.sftp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.truckee.client.files.OpenFile;
import org.truckee.crypto.Base32;
import org.truckee.protocol.node.WholeFile;

/// The folder where files lie until the grid has them, two each:
///
/// ```
/// ID.pieces   the contents, see StagedFile
/// ID.record   what else there is to know, see StagedRecord; what has none is nobody's any more
/// ```
///
/// Safe for use by any number of threads.
final class Staging {
    static final int KEY_BYTES = 32;

    private static final int ID_BYTES = 10;
    private static final String PIECES = ".pieces";
    private static final String RECORD = ".record";
    private static final String UNFINISHED = ".new";

    private final Path folder;
    private final SecretKey key;
    private final SecureRandom random;
    private final long mostBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    /// Whether records were removed since the folder was synced.
    private final AtomicBoolean forgotten = new AtomicBoolean();

    /// Files that were not closed, by id.
    private final Map<String, StagedRecord> incomplete = new ConcurrentHashMap<>();

    private Staging(Path folder, SecretKey key, SecureRandom random, long mostBytes, long usedBytes) {
        this.folder = folder;
        this.key = key;
        this.random = random;
        this.mostBytes = mostBytes;
        this.usedBytes.set(usedBytes);
    }

    /// In a folder that is made if it is not there. Without `mostBytes`, half of what is free there may be staged.
    static Staging open(Path folder, byte[] key, OptionalLong mostBytes, SecureRandom random) throws IOException {
        if (!Files.exists(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        long used = 0;
        for (Path file : files(folder, PIECES)) {
            used += Files.size(file);
        }
        long free = Files.getFileStore(folder).getUsableSpace() + used;
        return new Staging(folder, new SecretKeySpec(key, "AES"), random, mostBytes.orElse(free / 2), used);
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> String.valueOf(file.getFileName()).endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    private Path pieces(String id) {
        return folder.resolve(id + PIECES);
    }

    private Path record(String id) {
        return folder.resolve(id + RECORD);
    }

    /// An empty file over what `base` holds, or nothing; the base stays its owner's.
    StagedFile create(Optional<OpenFile> base) throws IOException {
        var bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        String id = Base32.encode(bytes);
        return StagedFile.create(this, id, pieces(id), PieceKey.random(random), base, random);
    }

    /// The contents that belong to a record that was found.
    StagedFile reopen(StagedRecord record, Optional<OpenFile> base) throws IOException {
        return StagedFile.reopen(this, pieces(record.id()), record, base, random);
    }

    /// What was found on the disk.
    ///
    /// @param records in the order in which the files were opened
    /// @param problems a sentence for each record that cannot be used; they are left where they are
    record Found(List<StagedRecord> records, List<String> problems) {}

    /// Everything that an earlier process left; clears away what has no record.
    Found find() throws IOException {
        List<StagedRecord> records = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Path file : files(folder, RECORD)) {
            try {
                records.add(read(file));
            } catch (IOException e) {
                problems.add("the staged file " + file.getFileName() + " is left alone: " + e.getMessage());
            }
        }
        for (Path file : files(folder, RECORD + UNFINISHED)) {
            Files.delete(file);
        }
        for (Path file : files(folder, PIECES)) {
            String name = String.valueOf(file.getFileName());
            if (!Files.exists(record(name.substring(0, name.length() - PIECES.length())))) {
                freed(Files.size(file));
                Files.delete(file);
            }
        }
        records.sort(Comparator.comparing(record -> record.note().since()));
        return new Found(records, problems);
    }

    private StagedRecord read(Path file) throws IOException {
        if (Files.size(file) > StagedRecord.MAX_BYTES) {
            throw new StagedRecord.MalformedRecordException("it has " + Files.size(file) + " bytes");
        }
        String name = String.valueOf(file.getFileName());
        String id = name.substring(0, name.length() - RECORD.length());
        StagedRecord record = StagedRecord.open(id, Files.readAllBytes(file), key);
        if (!Files.exists(pieces(id))) {
            throw new StagedRecord.MalformedRecordException("its contents are missing");
        }
        return record;
    }

    /// Replaces a record; with `lasting` so that it outlasts a power cut.
    void write(StagedRecord record, boolean lasting) throws IOException {
        Path file = record(record.id());
        Path unfinished = folder.resolve(record.id() + RECORD + UNFINISHED);
        try (var channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.wrap(record.seal(key, random));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (lasting) {
                channel.force(true);
            }
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        if (lasting) {
            WholeFile.syncFolder(folder);
        }
    }

    /// Forgets what there is to know of a file, whose contents go with the next start at the latest.
    void forget(String id, boolean lasting) throws IOException {
        if (Files.deleteIfExists(record(id))) {
            if (lasting) {
                WholeFile.syncFolder(folder);
            } else {
                forgotten.set(true);
            }
        }
    }

    /// Makes lasting what was forgotten, so that after a power cut nothing comes back that was stored and removed.
    void settle() throws IOException {
        if (forgotten.getAndSet(false)) {
            WholeFile.syncFolder(folder);
        }
    }

    /// Takes a file that was not closed, which stays on the disk.
    void keep(StagedRecord record) {
        incomplete.put(record.id(), record);
    }

    /// Files that were not closed.
    List<StagedRecord> incomplete() {
        return List.copyOf(incomplete.values());
    }

    /// Takes an incomplete file out of those that are only kept; says whether it was there.
    boolean take(StagedRecord record) {
        return incomplete.remove(record.id()) != null;
    }

    /// Removes an incomplete file.
    void discard(StagedRecord record) throws IOException {
        if (take(record)) {
            forget(record.id(), true);
            freed(Files.size(pieces(record.id())));
            Files.deleteIfExists(pieces(record.id()));
        }
    }

    /// Takes room on the disk.
    ///
    /// @throws IOException if more than `staging.max` would be staged
    void take(long bytes) throws IOException {
        if (usedBytes.addAndGet(bytes) > mostBytes) {
            long used = usedBytes.addAndGet(-bytes);
            throw new IOException(
                    "the gateway's staging is full: " + used + " of at most " + mostBytes + " bytes wait for the grid");
        }
    }

    /// Gives room back.
    void freed(long bytes) {
        usedBytes.addAndGet(-bytes);
    }

    /// How much can still be staged.
    long usableBytes() throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        return Math.clamp(mostBytes - usedBytes.get(), 0, free);
    }
}
