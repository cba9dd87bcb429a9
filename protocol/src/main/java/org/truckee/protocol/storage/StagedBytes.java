package org.truckee.protocol.storage;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// The byte strings of one message. Up to a megabyte of them stays in heap, if all messages together leave room
/// there; what is more goes to a file, which has no name, so that it never outlives the process. Closing it frees
/// both, and its buffers must not be used any more.
///
/// ```
/// try (var sink = staged.begin()) { reader.bytes(sink); piece = sink.piece(); }    // as often as needed
/// staged.seal();
/// ByteBuffer bytes = staged.bytes(piece);
/// ```
final class StagedBytes implements AutoCloseable {
    static final int MAX_HEAP_BYTES = 1 << 20;
    private static final int OWN_HEAP_BYTES = 8 << 10;
    private static final int FILE_PIECE_BYTES = 64 << 10;

    /// Where a byte string stands.
    record Piece(boolean inFile, long offset, long length) {}

    /// There is no room for the bytes on the disk, or the disk does not take them.
    static final class NoRoomException extends IOException {
        private static final long serialVersionUID = 1;

        NoRoomException(String message) {
            super(message);
        }

        NoRoomException(Path folder, IOException cause) {
            super("a large request cannot be staged in " + folder + ": " + cause.getMessage(), cause);
        }
    }

    private final Path folder;
    private final Semaphore heapOfAll;
    private byte[] heap = new byte[OWN_HEAP_BYTES];
    private int heapBytes;
    private @Nullable Spilled spilled;

    /// A permit of `heapOfAll` is a byte of heap for any message that needs more than a little.
    StagedBytes(Path folder, Semaphore heapOfAll) {
        this.folder = folder;
        this.heapOfAll = heapOfAll;
    }

    /// Refuses a message of `bytes` for which there is no room, before it is taken.
    void expect(long bytes) throws IOException {
        long room = Files.getFileStore(folder).getUsableSpace();
        if (bytes > MAX_HEAP_BYTES && bytes > room) {
            throw new NoRoomException(
                    "a request of " + bytes + " bytes does not fit into the " + room + " that are free");
        }
    }

    Sink begin() {
        return new Sink();
    }

    /// Takes one byte string.
    final class Sink extends OutputStream {
        private boolean inFile;
        private final int heapStart = heapBytes;
        private long fileStart;

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (!inFile && !hasHeapFor(length)) {
                moveToFile();
            }
            if (inFile) {
                spilled().write(bytes, offset, length);
            } else {
                System.arraycopy(bytes, offset, heap, heapBytes, length);
                heapBytes += length;
            }
        }

        private void moveToFile() throws IOException {
            inFile = true;
            fileStart = spilled().length;
            spilled().write(heap, heapStart, heapBytes - heapStart);
            heapBytes = heapStart;
        }

        Piece piece() {
            Spilled file = spilled;
            return inFile && file != null
                    ? new Piece(true, fileStart, file.length - fileStart)
                    : new Piece(false, heapStart, heapBytes - heapStart);
        }
    }

    private boolean hasHeapFor(int more) {
        if (more <= heap.length - heapBytes) {
            return true;
        }
        if (more > MAX_HEAP_BYTES - heapBytes) {
            return false;
        }
        int larger = Math.clamp(2L * heap.length, heapBytes + more, MAX_HEAP_BYTES);
        if (!heapOfAll.tryAcquire(larger - heap.length)) {
            return false;
        }
        heap = Arrays.copyOf(heap, larger);
        return true;
    }

    private Spilled spilled() throws IOException {
        Spilled open = spilled;
        if (open == null) {
            try {
                open = new Spilled(folder);
            } catch (IOException e) {
                throw new NoRoomException(folder, e);
            }
            spilled = open;
        }
        return open;
    }

    /// Ends the taking, begins the giving.
    void seal() throws IOException {
        if (spilled != null) {
            spilled.map();
        }
    }

    /// A byte string, read-only.
    ByteBuffer bytes(Piece piece) {
        Spilled file = spilled;
        return piece.inFile() && file != null
                ? file.bytes(piece)
                : ByteBuffer.wrap(heap, (int) piece.offset(), (int) piece.length())
                        .slice()
                        .asReadOnlyBuffer();
    }

    @Override
    public void close() throws IOException {
        heapOfAll.release(heap.length - OWN_HEAP_BYTES);
        heap = new byte[OWN_HEAP_BYTES];
        if (spilled != null) {
            spilled.close();
        }
    }

    /// The file.
    private static final class Spilled implements AutoCloseable {
        private final Path folder;
        private final FileChannel file;
        private final OutputStream out;
        private final Arena arena = Arena.ofShared();
        private MemorySegment mapped = MemorySegment.NULL;
        private long length;

        Spilled(Path folder) throws IOException {
            this.folder = folder;
            Path named = Files.createTempFile(folder, "staged-", "");
            try {
                file = FileChannel.open(named, StandardOpenOption.READ, StandardOpenOption.WRITE);
            } finally {
                Files.delete(named);
            }
            out = new BufferedOutputStream(Channels.newOutputStream(file), FILE_PIECE_BYTES);
        }

        void write(byte[] bytes, int offset, int count) throws IOException {
            try {
                out.write(bytes, offset, count);
            } catch (IOException e) {
                throw new NoRoomException(folder, e);
            }
            length += count;
        }

        void map() throws IOException {
            try {
                out.flush();
            } catch (IOException e) {
                throw new NoRoomException(folder, e);
            }
            mapped = file.map(MapMode.READ_ONLY, 0, length, arena);
        }

        ByteBuffer bytes(Piece piece) {
            return mapped.asSlice(piece.offset(), piece.length()).asByteBuffer();
        }

        @Override
        public void close() throws IOException {
            arena.close();
            file.close();
        }
    }
}
