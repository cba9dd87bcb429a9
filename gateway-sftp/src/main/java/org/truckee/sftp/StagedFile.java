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
import javax.crypto.spec.SecretKeySpec;
import org.truckee.client.files.OpenFile;

/// The contents of a file while it is written, before they go to the grid: pieces on the local disk, over what the
/// file began with, which is read only where it is needed. It can be written anywhere, in any order.
///
/// Piece `n` lies at `n * SEALED_BYTES`, encrypted by AES-GCM under a key of the file and bound to its number:
///
/// ```
/// nonce (12), another one whenever the piece is written   ciphertext (32768)   tag (16)
/// ```
///
/// Not safe for use by several threads while one of them changes it.
final class StagedFile implements AutoCloseable {
    /// What OpenSSH writes at a time, so that the common write is one piece.
    static final int PIECE_BYTES = 32 << 10;

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int SEALED_BYTES = NONCE_BYTES + PIECE_BYTES + TAG_BYTES;
    private static final int KEY_BYTES = 16;

    private final FileChannel channel;
    private final SecretKey key;
    private final SecureRandom random;
    private final Optional<OpenFile> base;

    /// The pieces that are on the disk.
    private final BitSet written = new BitSet();

    private long size;

    /// How much of the base still shows where nothing was written.
    private long baseBytes;

    private StagedFile(FileChannel channel, SecretKey key, SecureRandom random, Optional<OpenFile> base) {
        this.channel = channel;
        this.key = key;
        this.random = random;
        this.base = base;
        this.baseBytes = base.map(OpenFile::size).orElse(0L);
        this.size = baseBytes;
    }

    /// One in `folder` that holds what `base` holds, or nothing. The base stays its owner's; the file has no name, so
    /// that it ends with the process at the latest.
    static StagedFile create(Path folder, Optional<OpenFile> base, SecureRandom random) throws IOException {
        Path file = Files.createTempFile(folder, "", ".staged");
        return on(
                FileChannel.open(
                        file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE),
                base,
                random);
    }

    /// The same on an empty file, which it closes.
    static StagedFile on(FileChannel channel, Optional<OpenFile> base, SecureRandom random) {
        var key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return new StagedFile(channel, new SecretKeySpec(key, "AES"), random, base);
    }

    long size() {
        return size;
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
            if (bytes == PIECE_BYTES) {
                seal(piece, data, from + done);
            } else {
                byte[] whole = plain(piece);
                System.arraycopy(data, from + done, whole, within, bytes);
                seal(piece, whole, 0);
            }
            done += bytes;
            size = Math.max(size, offset + done);
        }
    }

    /// Makes it shorter, or longer with zeros.
    void truncate(long newSize) throws IOException {
        if (newSize < size) {
            int kept = Math.toIntExact((newSize + PIECE_BYTES - 1) / PIECE_BYTES);
            written.clear(kept, Math.max(kept, written.length()));
            channel.truncate((long) kept * SEALED_BYTES);
            int within = (int) (newSize % PIECE_BYTES);
            if (within > 0 && written.get(kept - 1)) {
                byte[] whole = opened(kept - 1L);
                Arrays.fill(whole, within, PIECE_BYTES, (byte) 0);
                seal(kept - 1L, whole, 0);
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

    private void seal(long piece, byte[] plain, int from) throws IOException {
        var sealed = new byte[SEALED_BYTES];
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        System.arraycopy(nonce, 0, sealed, 0, NONCE_BYTES);
        try {
            cipher(Cipher.ENCRYPT_MODE, nonce, piece).doFinal(plain, from, PIECE_BYTES, sealed, NONCE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not there", e);
        }
        var buffer = ByteBuffer.wrap(sealed);
        while (buffer.hasRemaining()) {
            channel.write(buffer, piece * SEALED_BYTES + buffer.position());
        }
        written.set(Math.toIntExact(piece));
    }

    private byte[] opened(long piece) throws IOException {
        var sealed = ByteBuffer.allocate(SEALED_BYTES);
        while (sealed.hasRemaining()) {
            if (channel.read(sealed, piece * SEALED_BYTES + sealed.position()) < 0) {
                throw new EOFException("a staged file was cut in its piece " + piece);
            }
        }
        try {
            byte[] nonce = Arrays.copyOf(sealed.array(), NONCE_BYTES);
            return cipher(Cipher.DECRYPT_MODE, nonce, piece)
                    .doFinal(sealed.array(), NONCE_BYTES, SEALED_BYTES - NONCE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IOException("a staged file is damaged in its piece " + piece, e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, long piece) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
        cipher.updateAAD(ByteBuffer.allocate(Long.BYTES).putLong(0, piece));
        return cipher;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
