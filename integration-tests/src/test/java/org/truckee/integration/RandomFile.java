package org.truckee.integration;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/// Files of any size that cannot be compressed.
final class RandomFile {
    private RandomFile() {}

    /// Makes a file; one of the same size has the same contents.
    static Path make(Path file, long bytes) throws IOException {
        var random = new Random(bytes);
        var piece = new byte[1 << 20];
        try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (long done = 0; done < bytes; done += piece.length) {
                random.nextBytes(piece);
                out.write(piece, 0, (int) Math.min(piece.length, bytes - done));
            }
        }
        return file;
    }
}
