package org.truckee.client.immutable;

import java.io.IOException;
import java.util.Arrays;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.share.ShareSource;

/// A share at a server, of which the parts that a reader will ask for first are read together, where they must be if
/// the file was cut as Tahoe-LAFS and we cut files. Of a small share these are all parts. A wrong guess costs a
/// request; what was read is believed no more than anything else. Safe for use by several threads at once.
final class GuessedReads implements ShareSource {
    /// Up to this size a share is read whole.
    private static final int SMALL_BYTES = 128 << 10;

    /// More than any URI extension has.
    private static final int URI_EXTENSION_BYTES = 2048;

    private final ShareSource share;
    private final long tailAt;
    private final int tailBytes;

    /// Guarded by this object's monitor, like what was read; it may take as long as the server does.
    private byte[] tail = new byte[0];

    private boolean read;

    private GuessedReads(ShareSource share, long tailAt, int tailBytes) {
        this.share = share;
        this.tailAt = tailAt;
        this.tailBytes = tailBytes;
    }

    /// A share of the file with this capability.
    static ShareSource of(ChkVerifyCap cap, ShareSource share) {
        var segmentation = Segmentation.of(cap.encoding(), cap.size(), Segmentation.DEFAULT_SEGMENT_BYTES);
        ShareLayout layout = ShareLayout.of(segmentation);
        long end = layout.shareBytes(URI_EXTENSION_BYTES);
        if (end <= SMALL_BYTES) {
            return new GuessedReads(share, 0, (int) end);
        }
        boolean smallTrees = end - layout.ciphertextHashes() <= 2 * SMALL_BYTES;
        long tail = smallTrees ? layout.ciphertextHashes() : layout.shareHashes();
        return new GuessedReads(share, tail, (int) (end - tail));
    }

    @Override
    public byte[] read(long offset, int length) throws IOException {
        if (offset >= tailAt && offset + length <= tailAt + tailBytes) {
            return fromTail((int) (offset - tailAt), length);
        }
        return share.read(offset, length);
    }

    private synchronized byte[] fromTail(int from, int length) throws IOException {
        if (!read) {
            tail = share.read(tailAt, tailBytes);
            read = true;
        }
        return Arrays.copyOfRange(tail, Math.min(from, tail.length), Math.min(from + length, tail.length));
    }
}
