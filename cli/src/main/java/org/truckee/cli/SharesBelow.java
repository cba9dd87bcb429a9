package org.truckee.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
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

    /// Files that cannot be opened are reported and left out.
    static SharesBelow find(Path folder, StorageIndex storageIndex, DamageReport report) throws IOException {
        var below = new SharesBelow();
        try (Stream<Path> files = Files.walk(folder, MAX_DEPTH, FileVisitOption.FOLLOW_LINKS)) {
            files.filter(file -> isShareOf(storageIndex, file)).sorted().forEach(file -> below.open(file, report));
            return below;
        } catch (IOException | RuntimeException e) {
            below.close();
            throw e;
        }
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
