package org.truckee.storage;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.node.WholeFile;

/// Where on disk a share is. SI is a storage index, PP its first two characters, N a share number in decimal; files
/// with other names are somebody else's and left alone.
///
/// ```
/// shares/PP/SI/N            complete shares, immutable and mutable
/// shares/incoming/PP/SI/N   immutable shares while they are written
/// corruption-advisories/    what clients reported
/// ```
final class ShareFolder {
    private static final int PREFIX_CHARACTERS = 2;

    private final Path root;

    ShareFolder(Path root) {
        this.root = root;
    }

    Path shares() {
        return root.resolve("shares");
    }

    Path incoming() {
        return shares().resolve("incoming");
    }

    Path advisories() {
        return root.resolve("corruption-advisories");
    }

    private static Path below(Path folder, StorageIndex storageIndex) {
        String name = storageIndex.toString();
        return folder.resolve(name.substring(0, PREFIX_CHARACTERS)).resolve(name);
    }

    Path share(StorageIndex storageIndex, int share) {
        return below(shares(), storageIndex).resolve(Integer.toString(share));
    }

    Path incomingShare(StorageIndex storageIndex, int share) {
        return below(incoming(), storageIndex).resolve(Integer.toString(share));
    }

    /// The complete shares of a storage index, by number.
    SortedMap<Integer, Path> list(StorageIndex storageIndex) throws IOException {
        var shares = new TreeMap<Integer, Path>();
        try (Stream<Path> files = Files.list(below(shares(), storageIndex))) {
            files.filter(file -> file.getFileName().toString().matches("[0-9]{1,9}"))
                    .forEach(file ->
                            shares.put(Integer.valueOf(file.getFileName().toString()), file));
        } catch (NoSuchFileException | NotDirectoryException none) {
            return shares;
        }
        return shares;
    }

    /// Makes the folder that `file` will be in, lastingly, with those above it.
    static void makeFolderOf(Path file) throws IOException {
        Path folder = file.getParent();
        if (folder == null || Files.isDirectory(folder)) {
            return;
        }
        makeFolderOf(folder);
        Files.createDirectories(folder);
        Path above = folder.getParent();
        if (above != null) {
            WholeFile.syncFolder(above);
        }
    }

    /// Removes the folders that `file` was in as far as they are empty, up to the prefix.
    static void removeEmptyFoldersOf(Path file) throws IOException {
        Path index = file.getParent();
        if (index == null || index.getParent() == null) {
            return;
        }
        try {
            Files.deleteIfExists(index);
            Files.deleteIfExists(index.getParent());
        } catch (DirectoryNotEmptyException inUse) {
            // others have shares there
        }
    }
}
