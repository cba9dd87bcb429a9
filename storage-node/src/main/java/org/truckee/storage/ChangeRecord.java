package org.truckee.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.truckee.storage.FileChange.Bytes;
import org.truckee.storage.FileChange.End;
import org.truckee.storage.FileChange.Piece;
import org.truckee.storage.FileChange.Write;
import org.truckee.storage.FileChange.Zeros;

/// Changes to share files that are made all or not at all, as they stand in the [Journal].
///
/// ```
///  0  4  magic
///  4  8  number of the record, one more than that of the record before
/// 12  8  length of what follows, without the checksum
/// 20     changes:  kind (1: 0 delete, 1 write, 2 write or create)  path, relative (2 + n)
///                  and for writes: number of pieces (4), then per piece: at (8) length (8) kind (1: 0 bytes,
///                  1 zeros, 2 end of file) and the bytes, if it has any
/// ..  4  CRC-32C of everything before
/// ```
final class ChangeRecord {
    private static final int MAGIC = 0x54524a31; // "TRJ1"
    private static final int HEAD_BYTES = Integer.BYTES + 2 * Long.BYTES;
    private static final int LENGTH_AT = Integer.BYTES + Long.BYTES;
    private static final byte DELETE = 0;
    private static final byte WRITE = 1;
    private static final byte CREATE = 2;
    private static final byte BYTES = 0;
    private static final byte ZEROS = 1;
    private static final byte END = 2;
    private static final int PIECE_HEAD_BYTES = 2 * Long.BYTES + 1;

    private ChangeRecord() {}

    /// Length of the record in a journal.
    static long length(Path root, List<FileChange> changes) {
        long length = HEAD_BYTES + Integer.BYTES;
        for (FileChange change : changes) {
            length += head(root, change).remaining();
            if (change instanceof Write write) {
                for (Piece piece : write.pieces()) {
                    length += PIECE_HEAD_BYTES
                            + (piece instanceof Bytes bytes ? bytes.data().remaining() : 0);
                }
            }
        }
        return length;
    }

    /// Writes a record at a place of a journal.
    static void write(FileChannel journal, long at, long number, Path root, List<FileChange> changes)
            throws IOException {
        var out = new Output(journal, at);
        long body = length(root, changes) - HEAD_BYTES - Integer.BYTES;
        out.put(ByteBuffer.allocate(HEAD_BYTES)
                .putInt(MAGIC)
                .putLong(number)
                .putLong(body)
                .flip());
        for (FileChange change : changes) {
            out.put(head(root, change));
            if (change instanceof Write write) {
                for (Piece piece : write.pieces()) {
                    out.put(pieceHead(piece));
                    if (piece instanceof Bytes bytes) {
                        out.put(bytes.data().duplicate());
                    }
                }
            }
        }
        out.finish();
    }

    /// Collects small parts, so that a record goes to the journal in one write, or a few.
    private static final class Output {
        private final FileChannel journal;
        private final CRC32C checksum = new CRC32C();
        private final ByteBuffer collected = ByteBuffer.allocate(64 << 10);
        private long at;

        Output(FileChannel journal, long at) {
            this.journal = journal;
            this.at = at;
        }

        void put(ByteBuffer part) throws IOException {
            checksum.update(part.duplicate());
            collect(part);
        }

        private void collect(ByteBuffer part) throws IOException {
            if (part.remaining() > collected.remaining()) {
                flush();
            }
            if (part.remaining() > collected.remaining()) {
                at += part.remaining();
                ShareBytes.write(journal, at - part.remaining(), part);
            } else {
                collected.put(part);
            }
        }

        private void flush() throws IOException {
            int length = collected.position();
            ShareBytes.write(journal, at, collected.flip());
            at += length;
            collected.clear();
        }

        void finish() throws IOException {
            collect(ByteBuffer.allocate(Integer.BYTES)
                    .putInt((int) checksum.getValue())
                    .flip());
            flush();
        }
    }

    private static ByteBuffer head(Path root, FileChange change) {
        byte[] path = root.relativize(change.file()).toString().getBytes(UTF_8);
        var head = ByteBuffer.allocate(1 + Short.BYTES + path.length + Integer.BYTES);
        switch (change) {
            case FileChange.Delete _ ->
                head.put(DELETE).putShort((short) path.length).put(path);
            case Write write ->
                head.put(write.create() ? CREATE : WRITE)
                        .putShort((short) path.length)
                        .put(path)
                        .putInt(write.pieces().size());
        }
        return head.flip();
    }

    private static ByteBuffer pieceHead(Piece piece) {
        var head = ByteBuffer.allocate(PIECE_HEAD_BYTES);
        switch (piece) {
            case Bytes bytes ->
                head.putLong(bytes.at()).putLong(bytes.data().remaining()).put(BYTES);
            case Zeros zeros -> head.putLong(zeros.at()).putLong(zeros.length()).put(ZEROS);
            case End end -> head.putLong(end.at()).putLong(0).put(END);
        }
        return head.flip();
    }

    /// A record that was read, and where the next one begins.
    record Found(long number, List<FileChange> changes, int next) {}

    /// The record at a place of a journal; empty if there is no whole one.
    static Optional<Found> read(ByteBuffer journal, int at, Path root) {
        if (journal.capacity() - at < HEAD_BYTES + Integer.BYTES || journal.getInt(at) != MAGIC) {
            return Optional.empty();
        }
        long body = journal.getLong(at + LENGTH_AT);
        if (body < 0 || body > journal.capacity() - at - HEAD_BYTES - Integer.BYTES) {
            return Optional.empty();
        }
        int length = HEAD_BYTES + (int) body;
        var checksum = new CRC32C();
        checksum.update(journal.slice(at, length));
        if ((int) checksum.getValue() != journal.getInt(at + length)) {
            return Optional.empty();
        }
        List<FileChange> changes = readChanges(journal.slice(at + HEAD_BYTES, (int) body), root);
        return Optional.of(new Found(journal.getLong(at + Integer.BYTES), changes, at + length + Integer.BYTES));
    }

    /// The checksum says that this is what was written, so it is well-formed.
    private static List<FileChange> readChanges(ByteBuffer body, Path root) {
        List<FileChange> changes = new ArrayList<>();
        while (body.hasRemaining()) {
            byte kind = body.get();
            var path = new byte[Short.toUnsignedInt(body.getShort())];
            body.get(path);
            Path file = root.resolve(new String(path, UTF_8));
            changes.add(
                    kind == DELETE ? new FileChange.Delete(file) : new Write(file, kind == CREATE, readPieces(body)));
        }
        return changes;
    }

    private static List<Piece> readPieces(ByteBuffer body) {
        List<Piece> pieces = new ArrayList<>();
        for (int count = body.getInt(); count > 0; count--) {
            long at = body.getLong();
            long length = body.getLong();
            switch (body.get()) {
                case ZEROS -> pieces.add(new Zeros(at, length));
                case END -> pieces.add(new End(at));
                default -> {
                    pieces.add(new Bytes(at, body.slice(body.position(), (int) length)));
                    body.position(body.position() + (int) length);
                }
            }
        }
        return pieces;
    }
}
