package org.truckee.helper;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.truckee.client.cap.Encoding;
import org.truckee.client.immutable.CiphertextSource;
import org.truckee.client.immutable.Segmentation;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.helper.ExpansionRequest;

/// The ciphertext of one expansion, in a file that grows while it arrives. Whoever reads what has not arrived yet
/// waits for it. Safe for use by any number of threads.
final class KeptCiphertext implements CiphertextSource, AutoCloseable {
    private final StorageIndex storageIndex;
    private final Segmentation segmentation;
    private final Path file;
    private final FileChannel channel;

    /// These are guarded by this object's monitor, which is notified when they change.
    private long received;

    private @Nullable String ended;

    private KeptCiphertext(
            StorageIndex storageIndex, Segmentation segmentation, Path file, FileChannel channel, long received) {
        this.storageIndex = storageIndex;
        this.segmentation = segmentation;
        this.file = file;
        this.channel = channel;
        this.received = received;
    }

    /// What is in the file already counts as received.
    static KeptCiphertext open(ExpansionRequest request, Path file) throws IOException {
        var segmentation = new Segmentation(
                new Encoding(request.required(), request.total()), request.size(), request.segmentBytes());
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        long received = Math.min(channel.size(), request.size());
        return new KeptCiphertext(request.storageIndex(), segmentation, file, channel, received);
    }

    @Override
    public StorageIndex storageIndex() {
        return storageIndex;
    }

    @Override
    public Segmentation segmentation() {
        return segmentation;
    }

    /// How much of it is here, from its start on.
    synchronized long received() {
        return received;
    }

    boolean isWhole() {
        return received() == segmentation.size();
    }

    /// Takes the next bytes.
    void append(ByteBuffer bytes) throws IOException {
        for (long at = received(); bytes.hasRemaining(); ) {
            at += channel.write(bytes, at);
            arrived(at);
        }
    }

    private synchronized void arrived(long upTo) {
        received = upTo;
        notifyAll();
    }

    /// Nothing more arrives that anybody could wait for, and this is why.
    synchronized void end(String why) {
        ended = why;
        notifyAll();
    }

    /// More may arrive again.
    synchronized void goOn() {
        ended = null;
    }

    @Override
    public void read(long offset, byte[] target, int at, int length) throws IOException {
        await(offset + length);
        var bytes = ByteBuffer.wrap(target, at, length);
        // a channel of its own: an upload that is interrupted closes what it reads
        try (var reading = FileChannel.open(file, StandardOpenOption.READ)) {
            while (bytes.hasRemaining()) {
                if (reading.read(bytes, offset + length - bytes.remaining()) < 0) {
                    throw new IOException("the ciphertext of " + storageIndex + " was cut short on the helper's disk");
                }
            }
        }
    }

    private synchronized void await(long end) throws IOException {
        try {
            while (received < end) {
                if (ended != null) {
                    throw new IOException(ended);
                }
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the expansion was given up");
        }
    }

    /// Lets go of the file, which stays.
    @Override
    public void close() throws IOException {
        end("the helper is done with it");
        channel.close();
    }

    void delete() throws IOException {
        close();
        Files.deleteIfExists(file);
    }
}
