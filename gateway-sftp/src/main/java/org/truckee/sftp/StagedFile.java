package org.truckee.sftp;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.truckee.client.files.OpenFile;

/// The contents of a file while it is written, before they go to the grid: pieces on the local disk, over what the
/// file began with, which is read only where it is needed. It can be written anywhere, in any order.
///
/// Piece `n` lies at `n * SEALED_BYTES`, encrypted by AES-GCM under a key of the file and bound to its number and the
/// length in front; where the nonce is zero, nothing was written:
///
/// ```
/// nonce (12), another one whenever the piece is written   bytes of the file in it (4)   ciphertext (32768)   tag
/// (16)
/// ```
///
/// Not safe for use by several threads while one of them changes it.
final class StagedFile implements AutoCloseable {
    /// What OpenSSH writes at a time, so that the common write is one piece.
    static final int PIECE_BYTES = 32 << 10;

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int LENGTH_AT = NONCE_BYTES; // 12
    private static final int CIPHERTEXT_AT = LENGTH_AT + Integer.BYTES; // 16
    private static final int SEALED_BYTES = CIPHERTEXT_AT + PIECE_BYTES + TAG_BYTES;

    private final Staging staging;
    private final String id;
    private final Path path;
    private final PieceKey pieceKey;
    private final SecretKey key;
    private final SecureRandom random;
    private final Optional<OpenFile> base;

    /// The pieces that are on the disk.
    private final BitSet written = new BitSet();

    /// Another one after it was closed because a thread that used it was interrupted.
    private FileChannel channel;

    /// This and what follows may be looked at while somebody changes it.
    private volatile long size;

    /// How much of the base still shows where nothing was written.
    private volatile long baseBytes;

    private StagedFile(
            Staging staging,
            String id,
            Path path,
            FileChannel channel,
            PieceKey key,
            SecureRandom random,
            Optional<OpenFile> base) {
        this.staging = staging;
        this.id = id;
        this.path = path;
        this.channel = channel;
        this.pieceKey = key;
        this.key = key.forAes();
        this.random = random;
        this.base = base;
    }

    /// One that holds what `base` holds, or nothing. What is in memory only is taken over; any other base stays its
    /// owner's, and is read as long as the file is.
    static StagedFile create(
            Staging staging, String id, Path path, PieceKey key, Optional<OpenFile> base, SecureRandom random)
            throws IOException {
        FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Optional<OpenFile> beneath = base.filter(file -> file.cap().isPresent());
        var staged = new StagedFile(staging, id, path, channel, key, random, beneath);
        staged.baseBytes = beneath.map(OpenFile::size).orElse(0L);
        staged.size = staged.baseBytes;
        if (beneath.isEmpty() && base.isPresent()) {
            staged.copy(base.get());
        }
        return staged;
    }

    private void copy(OpenFile file) throws IOException {
        var piece = new byte[PIECE_BYTES];
        int read;
        for (long at = 0; (read = file.read(at, piece, 0, piece.length)) > 0; at += read) {
            write(at, piece, 0, read);
        }
    }

    /// One that an earlier process left. Its size is what its record says; more, where pieces were written since.
    static StagedFile reopen(
            Staging staging, Path path, StagedRecord record, Optional<OpenFile> base, SecureRandom random)
            throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        var staged = new StagedFile(staging, record.id(), path, channel, record.key(), random, base);
        staged.baseBytes = record.shownBytes();
        staged.size = record.size();
        boolean closed = record.note().state() == StagedNote.State.CLOSED;
        staged.findPieces(closed ? record.size() : Long.MAX_VALUE);
        return staged;
    }

    /// Pieces that begin at `end` or behind it do not count.
    private void findPieces(long end) throws IOException {
        var head = ByteBuffer.allocate(CIPHERTEXT_AT);
        long pieces = Math.min(channel.size() / SEALED_BYTES, Math.ceilDiv(end, (long) PIECE_BYTES));
        for (int piece = 0; piece < pieces; piece++) {
            head.clear();
            while (head.hasRemaining() && channel.read(head, (long) piece * SEALED_BYTES + head.position()) >= 0) {
                // a short read goes on
            }
            int length = head.getInt(LENGTH_AT);
            if (!Arrays.equals(head.array(), 0, NONCE_BYTES, new byte[NONCE_BYTES], 0, NONCE_BYTES)
                    && length >= 0
                    && length <= PIECE_BYTES) {
                written.set(piece);
                size = Math.max(size, (long) piece * PIECE_BYTES + length);
            }
        }
    }

    long size() {
        return size;
    }

    /// Keeps on the disk what there is to know of it; with `lasting` so that it and the contents outlast a power cut.
    void keep(StagedNote note, Optional<String> sha256, boolean lasting) throws IOException {
        if (lasting) {
            open().force(true);
        }
        staging.write(record(note, sha256), lasting);
    }

    StagedRecord record(StagedNote note, Optional<String> sha256) {
        return new StagedRecord(id, pieceKey, base.flatMap(OpenFile::cap), baseBytes, size, sha256, note);
    }

    /// The grid has it: nobody has to find it again.
    void forget(boolean lasting) throws IOException {
        staging.forget(id, lasting);
    }

    /// Up to `length` bytes, fewer at the end only; -1 at or behind it.
    int read(long offset, byte[] target, int at, int length) throws IOException {
        if (offset >= size) {
            return -1;
        }
        int readable = (int) Math.min(length, size - offset);
        for (int done = 0; done < readable; ) {
            long piece = (offset + done) / PIECE_BYTES;
            int within = (int) ((offset + done) % PIECE_BYTES);
            int bytes = Math.min(readable - done, PIECE_BYTES - within);
            if (written.get(Math.toIntExact(piece))) {
                System.arraycopy(opened(piece), within, target, at + done, bytes);
            } else {
                readBase(offset + done, target, at + done, bytes);
            }
            done += bytes;
        }
        return readable;
    }

    void write(long offset, byte[] data, int from, int length) throws IOException {
        for (int done = 0; done < length; ) {
            long piece = (offset + done) / PIECE_BYTES;
            int within = (int) ((offset + done) % PIECE_BYTES);
            int bytes = Math.min(length - done, PIECE_BYTES - within);
            long end = Math.max(size, offset + done + bytes);
            if (bytes == PIECE_BYTES) {
                seal(piece, data, from + done, end);
            } else {
                byte[] whole = plain(piece);
                System.arraycopy(data, from + done, whole, within, bytes);
                seal(piece, whole, 0, end);
            }
            done += bytes;
            size = end;
        }
    }

    /// Makes it shorter, or longer with zeros.
    void truncate(long newSize) throws IOException {
        if (newSize < size) {
            int kept = Math.toIntExact((newSize + PIECE_BYTES - 1) / PIECE_BYTES);
            written.clear(kept, Math.max(kept, written.length()));
            long end = (long) kept * SEALED_BYTES;
            if (open().size() > end) {
                staging.freed(channel.size() - end);
                channel.truncate(end);
            }
            int within = (int) (newSize % PIECE_BYTES);
            if (within > 0 && written.get(kept - 1)) {
                byte[] whole = opened(kept - 1L);
                Arrays.fill(whole, within, PIECE_BYTES, (byte) 0);
                seal(kept - 1L, whole, 0, newSize);
            }
            baseBytes = Math.min(baseBytes, newSize);
        }
        size = newSize;
    }

    /// What a piece shows now.
    private byte[] plain(long piece) throws IOException {
        if (written.get(Math.toIntExact(piece))) {
            return opened(piece);
        }
        var whole = new byte[PIECE_BYTES];
        readBase(piece * PIECE_BYTES, whole, 0, PIECE_BYTES);
        return whole;
    }

    /// Fills `target[at, at + length)` with what the base holds there, or zeros.
    private void readBase(long offset, byte[] target, int at, int length) throws IOException {
        int there = Math.clamp(baseBytes - offset, 0, length);
        if (there > 0 && base.isPresent() && base.get().read(offset, target, at, there) < there) {
            throw new EOFException("the file that is being changed ends before its byte " + (offset + there));
        }
        Arrays.fill(target, at + there, at + length, (byte) 0);
    }

    /// `end` is where the file ends.
    private void seal(long piece, byte[] plain, int from, long end) throws IOException {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        var sealed = new byte[SEALED_BYTES];
        ByteBuffer.wrap(sealed).put(nonce).putInt((int) Math.min(PIECE_BYTES, end - piece * PIECE_BYTES));
        try {
            cipher(Cipher.ENCRYPT_MODE, sealed, piece).doFinal(plain, from, PIECE_BYTES, sealed, CIPHERTEXT_AT);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not there", e);
        }
        store(sealed, piece * SEALED_BYTES);
        written.set(Math.toIntExact(piece));
    }

    private void store(byte[] sealed, long at) throws IOException {
        FileChannel to = open();
        long before = to.size();
        long grown = Math.max(0, at + SEALED_BYTES - before);
        staging.take(grown);
        try {
            var buffer = ByteBuffer.wrap(sealed);
            while (buffer.hasRemaining()) {
                to.write(buffer, at + buffer.position());
            }
        } catch (IOException e) {
            staging.freed(grown - (Files.size(path) - before));
            throw e;
        }
    }

    private byte[] opened(long piece) throws IOException {
        FileChannel from = open();
        var sealed = new byte[SEALED_BYTES];
        var buffer = ByteBuffer.wrap(sealed);
        while (buffer.hasRemaining()) {
            if (from.read(buffer, piece * SEALED_BYTES + buffer.position()) < 0) {
                throw new EOFException("a staged file was cut in its piece " + piece);
            }
        }
        try {
            return cipher(Cipher.DECRYPT_MODE, sealed, piece)
                    .doFinal(sealed, CIPHERTEXT_AT, SEALED_BYTES - CIPHERTEXT_AT);
        } catch (GeneralSecurityException e) {
            throw new IOException("a staged file is damaged in its piece " + piece, e);
        }
    }

    /// For the piece of which `sealed` begins with nonce and length.
    private Cipher cipher(int mode, byte[] sealed, long piece) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, sealed, 0, NONCE_BYTES));
        cipher.updateAAD(ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(piece)
                .put(sealed, LENGTH_AT, Integer.BYTES)
                .flip());
        return cipher;
    }

    /// The file on the disk, opened again if it had to be closed.
    private synchronized FileChannel open() throws IOException {
        if (!channel.isOpen()) {
            channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        }
        return channel;
    }

    /// Removes it from the disk.
    void discard() throws IOException {
        close();
        forget(true);
        staging.freed(Files.size(path));
        Files.deleteIfExists(path);
    }

    /// Leaves it on the disk.
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
