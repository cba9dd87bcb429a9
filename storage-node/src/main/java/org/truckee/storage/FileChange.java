package org.truckee.storage;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/// What an operation does to one share file, in such terms that doing it twice, or after half of it was done, gives the
/// same as doing it once.
sealed interface FileChange {
    Path file();

    /// Writes at places of the file, in this order; `create` says whether the file is made if it is not there. Without
    /// it, and without the file, nothing is done: a later change deletes it.
    record Write(Path file, boolean create, List<Piece> pieces) implements FileChange {
        public Write {
            pieces = List.copyOf(pieces);
        }
    }

    /// Deletes the file.
    record Delete(Path file) implements FileChange {}

    /// Something at a place of the file.
    sealed interface Piece {}

    /// What remains in `data`.
    record Bytes(long at, ByteBuffer data) implements Piece {
        public Bytes {
            data = data.asReadOnlyBuffer();
        }
    }

    /// Zeros.
    record Zeros(long at, long length) implements Piece {}

    /// The file ends here; what was behind is gone.
    record End(long at) implements Piece {}
}
