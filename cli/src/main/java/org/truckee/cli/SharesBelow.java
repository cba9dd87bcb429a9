package org.truckee.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.truckee.client.share.DamageReport;
import org.truckee.client.share.HeldShare;
import org.truckee.client.share.ShareSource;
import org.truckee.crypto.StorageIndex;
import org.truckee.storage.ShareFile;

/// The share files of one storage index anywhere below a folder: every `.../SI/N`, as it stands in what `truckee
/// debug encode` writes and in storage folders of Truckee's and Tahoe-LAFS's nodes, or copies of them.
final class SharesBelow implements AutoCloseable {
    private static final int MAX_DEPTH = 64;

    private final List<ShareFile> open = new ArrayList<>();
    private final List<HeldShare> shares = new ArrayList<>();

    private SharesBelow() {}

    /// Files that cannot be opened are reported and left out; `leftOut` is told of folders that cannot be read, as
    /// `lost+found` cannot.
    static SharesBelow find(Path folder, StorageIndex storageIndex, DamageReport report, Consumer<String> leftOut)
            throws IOException {
        var below = new SharesBelow();
        files(folder, storageIndex, leftOut).forEach(file -> below.open(file, report));
        return below;
    }

    private static SortedSet<Path> files(Path folder, StorageIndex storageIndex, Consumer<String> leftOut)
            throws IOException {
        var files = new TreeSet<Path>();
        Files.walkFileTree(folder, Set.of(FileVisitOption.FOLLOW_LINKS), MAX_DEPTH, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (isShareOf(storageIndex, file)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (file.equals(folder)) {
                    throw failure;
                }
                leftOut.accept(file + " is left out: it "
                        + (failure instanceof FileSystemLoopException
                                ? "leads to a folder above it"
                                : "cannot be read"));
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    private static boolean isShareOf(StorageIndex storageIndex, Path file) {
        Path parent = file.getParent();
        return file.getFileName() != null
                && file.getFileName().toString().matches("[0-9]{1,9}")
                && parent != null
                && parent.endsWith(storageIndex.toString())
                && Files.isRegularFile(file);
    }

    private void open(Path path, DamageReport report) {
        int number = Integer.parseInt(path.getFileName().toString());
        try {
            var file = ShareFile.open(path);
            open.add(file);
            shares.add(new HeldShare(number, source(file), path.toString()));
        } catch (IOException e) {
            report.add(new HeldShare(number, (_, _) -> new byte[0], path.toString()), e);
        }
    }

    /// The bytes of the share in a file.
    static ShareSource source(ShareFile file) {
        return (offset, length) -> {
            var bytes = ByteBuffer.allocate(Math.clamp(file.shareBytes() - offset, 0, length));
            while (bytes.hasRemaining() && file.read(offset + bytes.position(), bytes) >= 0) {
                // until it is full
            }
            return Arrays.copyOf(bytes.array(), bytes.position());
        };
    }

    List<HeldShare> shares() {
        return List.copyOf(shares);
    }

    @Override
    public void close() throws IOException {
        for (var file : open) {
            file.close();
        }
    }
}
