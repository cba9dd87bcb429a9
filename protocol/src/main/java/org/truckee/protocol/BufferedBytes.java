package org.truckee.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// A [ByteStream] over memory.
final class BufferedBytes implements ByteStream {
    private final ByteBuffer[] buffers;
    private final long length;
    private int current;

    BufferedBytes(ByteBuffer[] buffers) {
        this.buffers = buffers.clone();
        this.length = Arrays.stream(buffers).mapToLong(ByteBuffer::remaining).sum();
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public int read(ByteBuffer target) {
        int before = target.position();
        while (current < buffers.length && target.hasRemaining()) {
            ByteBuffer source = buffers[current];
            int bytes = Math.min(source.remaining(), target.remaining());
            target.put(target.position(), source, source.position(), bytes);
            target.position(target.position() + bytes);
            source.position(source.position() + bytes);
            if (!source.hasRemaining()) {
                current++;
            }
        }
        int read = target.position() - before;
        return read > 0 || current < buffers.length ? read : -1;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}
}
