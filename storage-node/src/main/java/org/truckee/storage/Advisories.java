package org.truckee.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.storage.ShareKind;

/// What clients reported of damaged shares, one text file each, named as Tahoe-LAFS names them. There are at most ten
/// thousand; more tell an operator nothing new. Safe for use by several threads at once.
final class Advisories {
    private static final int MOST = 10_000;
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HHmmss.SSSSSS").withZone(ZoneOffset.UTC);

    private final Path folder;
    private final InstantSource clock;
    private final AtomicLong files;

    private Advisories(Path folder, InstantSource clock, long files) {
        this.folder = folder;
        this.clock = clock;
        this.files = new AtomicLong(files);
    }

    static Advisories open(Path folder, InstantSource clock) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> there = Files.list(folder)) {
            return new Advisories(folder, clock, there.count());
        }
    }

    long count() {
        return files.get();
    }

    void add(ShareKind kind, StorageIndex storageIndex, int share, String reason) throws IOException {
        if (files.get() >= MOST) {
            return;
        }
        String text = """
                report: Share Corruption
                type: %s
                storage_index: %s
                share_number: %d

                %s

                """.formatted(kind, storageIndex, share, reason);
        byte[] bytes = text.getBytes(UTF_8);
        for (Instant now = clock.instant(); !write(now, storageIndex, share, bytes); now = now.plusNanos(1000)) {
            // somebody reported the same share in the same microsecond
        }
        files.incrementAndGet();
    }

    private boolean write(Instant now, StorageIndex storageIndex, int share, byte[] text) throws IOException {
        String name = STAMP.format(now) + "--" + storageIndex + "-" + share;
        try {
            Files.write(folder.resolve(name), text, StandardOpenOption.CREATE_NEW);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }
}
