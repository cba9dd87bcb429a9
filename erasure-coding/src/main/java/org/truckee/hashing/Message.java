package org.truckee.hashing;

/// Something to be hashed: a prefix, and behind it the first so many bytes of arrays that follow one another.
public final class Message {
    private final byte[] prefix;
    private final byte[][] pieces;
    private final int pieceBytes;
    private final int bytes;

    private Message(byte[] prefix, byte[][] pieces, int pieceBytes, int bytes) {
        this.prefix = prefix;
        this.pieces = pieces;
        this.pieceBytes = pieceBytes;
        this.bytes = bytes;
    }

    /// The first `bytes` of an array behind a prefix.
    public static Message of(byte[] prefix, byte[] contents, int bytes) {
        return of(prefix, new byte[][] {contents}, contents.length, bytes);
    }

    /// The first `bytes` of what the first `pieceBytes` of each of some arrays make together, behind a prefix.
    public static Message of(byte[] prefix, byte[][] pieces, int pieceBytes, int bytes) {
        if (bytes < 0 || bytes > (long) pieces.length * pieceBytes) {
            throw new IllegalArgumentException(
                    bytes + " bytes of " + pieces.length + " pieces of " + pieceBytes + " bytes");
        }
        return new Message(prefix, pieces, pieceBytes, bytes);
    }

    /// Takes pieces of a message in order.
    @FunctionalInterface
    interface Taker {
        void take(byte[] piece, int from, int length);
    }

    /// Bytes in all.
    int length() {
        return prefix.length + bytes;
    }

    /// Gives bytes `[from, to)`, or as many of them as there are, piece by piece.
    void give(int from, int to, Taker taker) {
        int end = Math.min(to, length());
        for (int at = from; at < end; ) {
            int length = Math.min(end - at, run(at));
            taker.take(pieceAt(at), placeInPiece(at), length);
            at += length;
        }
    }

    /// How many bytes from `at` on stand behind one another in [#pieceAt].
    int run(int at) {
        if (at < prefix.length) {
            return prefix.length - at;
        }
        return at >= length() ? 0 : Math.min(length() - at, pieceBytes - placeInPiece(at));
    }

    byte[] pieceAt(int at) {
        return at < prefix.length ? prefix : pieces[(at - prefix.length) / pieceBytes];
    }

    int placeInPiece(int at) {
        return at < prefix.length ? at : (at - prefix.length) % pieceBytes;
    }
}
