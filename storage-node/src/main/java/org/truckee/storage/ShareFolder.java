package org.truckee.storage;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.node.WholeFile;

/// Where on disk a share is. SI is a storage index, PP its first two characters, N a share number in decimal; files
/// with other names are somebody else's and left alone.
///
/// ```
/// shares/PP/SI/N            complete shares, immutable and mutable
/// shares/incoming/PP/SI/N   immutable shares while they are written
/// corruption-advisories/    what clients reported
/// journal/                  changes under way
/// crawler.json              how far the crawler is, and what it counted
/// truckee-node              the node that keeps the folder
/// ```
final class ShareFolder {
    static final int MAX_SHARE = 255;

    private static final int PREFIX_CHARACTERS = 2;
    private static final Pattern SHARE_NUMBER = Pattern.compile("0|[1-9][0-9]{0,2}");

    private static final Object MAKING = new Object();

    private final Path root;

    ShareFolder(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    Path shares() {
        return root.resolve("shares");
    }

    Path incoming() {
        return shares().resolve("incoming");
    }

    Path journal() {
        return root.resolve("journal");
    }

    Path crawlerState() {
        return root.resolve("crawler.json");
    }

    Path advisories() {
        return root.resolve("corruption-advisories");
    }

    private static Path below(Path folder, StorageIndex storageIndex) {
        String name = storageIndex.toString();
        return folder.resolve(name.substring(0, PREFIX_CHARACTERS)).resolve(name);
    }

    /// The folder with all complete shares of a storage index.
    Path of(StorageIndex storageIndex) {
        return below(shares(), storageIndex);
    }

    Path share(StorageIndex storageIndex, int share) {
        return of(storageIndex).resolve(Integer.toString(share));
    }

    Path incomingShare(StorageIndex storageIndex, int share) {
        return below(incoming(), storageIndex).resolve(Integer.toString(share));
    }

    /// The complete shares of a storage index, by number.
    SortedMap<Integer, Path> list(StorageIndex storageIndex) throws IOException {
        return list(of(storageIndex));
    }

    /// The complete shares in the folder of a storage index, by number.
    static SortedMap<Integer, Path> list(Path index) throws IOException {
        var shares = new TreeMap<Integer, Path>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(index)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (SHARE_NUMBER.matcher(name).matches() && Integer.parseInt(name) <= MAX_SHARE) {
                    shares.put(Integer.valueOf(name), file);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException none) {
            return shares;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return shares;
    }

    /// The storage indexes whose names begin with a prefix, as far as anything is kept for them.
    List<StorageIndex> indexes(String prefix) throws IOException {
        var indexes = new ArrayList<StorageIndex>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(shares().resolve(prefix))) {
            for (Path folder : folders) {
                StorageIndex.parse(folder.getFileName().toString())
                        .filter(index -> index.toString().startsWith(prefix))
                        .ifPresent(indexes::add);
            }
        } catch (NoSuchFileException | NotDirectoryException none) {
            return indexes;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return indexes;
    }

    /// Where something of a storage index stands among all prefixes.
    static String prefix(StorageIndex storageIndex) {
        return storageIndex.toString().substring(0, PREFIX_CHARACTERS);
    }

    /// Makes the folders of a storage index that `file` will be in, lastingly. What they are in must be there: a disk
    /// that went away is not an empty one.
    static void makeFolderOf(Path file) throws IOException {
        Path index = Objects.requireNonNull(file.getParent());
        Path prefix = Objects.requireNonNull(index.getParent());
        make(prefix);
        make(index);
    }

    /// The same for a share under way, which a crash may take with it.
    static void makePassingFolderOf(Path file) throws IOException {
        Path index = Objects.requireNonNull(file.getParent());
        for (Path folder : List.of(Objects.requireNonNull(index.getParent()), index)) {
            try {
                Files.createDirectory(folder);
            } catch (FileAlreadyExistsException e) {
                // another share is under way there
            }
        }
    }

    /// One at a time, so that whoever finds a folder there can rely on it.
    private static void make(Path folder) throws IOException {
        synchronized (MAKING) {
            try {
                Files.createDirectory(folder);
            } catch (FileAlreadyExistsException e) {
                return;
            }
            WholeFile.syncFolder(Objects.requireNonNull(folder.getParent()));
        }
    }

    /// Removes the folder that `file` was in if it is empty. That of the prefix stays: others may be about to use it.
    static void removeEmptyFolderOf(Path file) throws IOException {
        try {
            Files.deleteIfExists(Objects.requireNonNull(file.getParent()));
        } catch (DirectoryNotEmptyException inUse) {
            // other shares are there
        }
    }
}
