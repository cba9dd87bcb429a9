package org.truckee.client.immutable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Memory for what grows with a file's size, so that a huge file needs no more heap than a large one: a little of it is
/// heap, all else lies in temporary files that nobody else can open. Closing it gives all of it back.
/// Safe for use by several threads at once.
final class ScratchMemory implements AutoCloseable {
    private static final int HEAP_BYTES = 4 << 20;

    private final Arena arena = Arena.ofShared();
    private int heapLeft = HEAP_BYTES;

    /// Zeroed bytes, to be used until this is closed.
    synchronized ByteBuffer allocate(long bytes) throws IOException {
        int size = Math.toIntExact(bytes);
        if (size <= heapLeft) {
            heapLeft -= size;
            return ByteBuffer.allocate(size);
        }
        Path file = Files.createTempFile("truckee", ".scratch");
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(MapMode.READ_WRITE, 0, size, arena).asByteBuffer();
        } finally {
            Files.delete(file);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
