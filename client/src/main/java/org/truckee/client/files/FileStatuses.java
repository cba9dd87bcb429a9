package org.truckee.client.files;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.cap.MutableReadCap;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.cap.UnknownCap;
import org.truckee.client.cap.VerifyCap;
import org.truckee.client.directory.Entry;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.directory.LinkIdentity;
import org.truckee.client.mutable.MutableFiles;

/// What doors show of the entries of directories.
final class FileStatuses {
    private final MutableFiles mutableFiles;

    FileStatuses(MutableFiles mutableFiles) {
        this.mutableFiles = mutableFiles;
    }

    /// The root has no entry, so nothing more is known of it.
    static FileStatus ofRoot(boolean writable) {
        Instant unknown = Instant.EPOCH;
        return new FileStatus(
                FileStatus.Kind.DIRECTORY,
                0,
                writable,
                FileStatus.DIRECTORY_MODE,
                unknown,
                unknown,
                unknown,
                Map.of(),
                Optional.empty());
    }

    FileStatus of(Entry entry, boolean parentIsWritable) {
        boolean writable = parentIsWritable && !entry.metadata().noWrite();
        return switch (entry.child().cap()) {
            case DirectoryCap directory -> ofDirectory(entry, directory.file() instanceof MutableWriteCap);
            case ChkReadCap file -> ofFile(entry, file.size(), writable);
            case LiteralCap file -> ofFile(entry, file.data().length, writable);
            case MutableReadCap file -> ofMutable(entry, file, false);
            case MutableWriteCap file -> ofMutable(entry, file.readOnly(), writable);
            case VerifyCap _, UnknownCap _ -> ofUnknown(entry);
        };
    }

    private static FileStatus ofDirectory(Entry entry, boolean writable) {
        return status(entry, FileStatus.Kind.DIRECTORY, 0, writable, FileStatus.DIRECTORY_MODE);
    }

    static FileStatus ofFile(Entry entry, long bytes, boolean writable) {
        return status(entry, FileStatus.Kind.FILE, bytes, writable, FileStatus.FILE_MODE);
    }

    /// The size of a mutable file is known by its servers only; one that cannot be read is shown nevertheless.
    private FileStatus ofMutable(Entry entry, MutableReadCap cap, boolean writable) {
        try {
            return ofFile(entry, mutableFiles.size(cap), writable);
        } catch (IOException e) {
            return ofUnknown(entry);
        }
    }

    private static FileStatus ofUnknown(Entry entry) {
        return status(entry, FileStatus.Kind.UNKNOWN, 0, false, FileStatus.FILE_MODE);
    }

    private static FileStatus status(Entry entry, FileStatus.Kind kind, long bytes, boolean writable, int defaultMode) {
        LinkIdentity identity = entry.child().identity();
        FileMetadata kept = entry.metadata().file(identity);
        Instant linked = entry.metadata().linkModified().orElse(Instant.EPOCH);
        Instant modified = kept.modified().orElse(linked);
        return new FileStatus(
                kind,
                bytes,
                writable,
                kept.mode().orElse(defaultMode),
                modified,
                kept.accessed().orElse(modified),
                linked,
                kept.checksums(),
                Optional.of(identity));
    }
}
