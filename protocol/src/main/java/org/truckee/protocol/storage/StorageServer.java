package org.truckee.protocol.storage;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.UploadSecret;
import org.truckee.crypto.WriteEnabler;
import org.truckee.protocol.ByteStream;

/// Someone who keeps shares. The calls are those of Tahoe-LAFS's storage protocol; they block, and any number of
/// threads may make them at once.
///
/// An immutable share is allocated with its final size, written in any order, and appears, complete and for good,
/// with its last byte. Until then nobody sees it, and the one with the upload secret may abort it. A mutable share
/// exists from its first write; whoever shows the write enabler that its first writer showed may change it, and all
/// shares of one storage index are changed together or not at all.
///
/// What a server answers is a value, a refusal too. An [IOException] means that the answer was not heard, *not* that
/// nothing happened.
public interface StorageServer {
    /// What the server is and how much it can take.
    ServerVersion version() throws IOException;

    /// Makes room for `shares`, each of `shareBytes`, and adds the lease to those and to all shares already there.
    /// A requested share that is neither in the answer's `alreadyHave` nor in `allocated` was refused: there is no
    /// room, or somebody (with any secret) is uploading it.
    Allocation allocate(
            StorageIndex storageIndex, Set<Integer> shares, long shareBytes, UploadSecret upload, LeaseSecrets lease)
            throws IOException;

    /// Writes `data` at `offset` of an allocated share. Bytes written before may be written again if they are equal.
    WriteAnswer write(StorageIndex storageIndex, int share, UploadSecret upload, long offset, ByteStream data)
            throws IOException;

    /// Gives up an allocated share.
    AbortAnswer abort(StorageIndex storageIndex, int share, UploadSecret upload) throws IOException;

    /// The numbers of the shares that are there and complete.
    Set<Integer> list(ShareKind kind, StorageIndex storageIndex) throws IOException;

    /// At most `length` bytes of a share from `offset` on, fewer where the share ends; empty if there is no such
    /// share.
    Optional<ByteStream> read(ShareKind kind, StorageIndex storageIndex, int share, long offset, long length)
            throws IOException;

    /// Tells the operator that a share is damaged; false if there is no such share.
    boolean adviseCorrupt(ShareKind kind, StorageIndex storageIndex, int share, String reason) throws IOException;

    /// Renews the lease on all shares of a storage index, or adds it where it is missing; false if there are none.
    boolean renewLease(StorageIndex storageIndex, LeaseSecrets lease) throws IOException;

    /// Applies all `tests`; reads `reads` of every share that is there; and, if every test passed, applies the
    /// writes. Surviving shares among those named get the lease. Where there is no room for all that is to be
    /// written, nothing is.
    /// The buffers of `shares` may be large files mapped into memory, and are gone when the call is over.
    ReadTestWriteAnswer readTestWrite(
            StorageIndex storageIndex,
            WriteEnabler writeEnabler,
            LeaseSecrets lease,
            Map<Integer, TestAndWrite> shares,
            List<ReadVector> reads)
            throws IOException;
}
