package org.truckee.client.mutable;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.truckee.client.cap.MutableVerifyCap;
import org.truckee.client.grid.GridServer;
import org.truckee.client.share.CorruptShareException;
import org.truckee.client.share.ShareSource;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.storage.ShareKind;

/// Opens one share of a mutable file on a server, and tells one that is damaged from one that got another version
/// between two requests for its parts.
///
/// @param number the share's
record SlotReader(MutableVerifyCap cap, GridServer server, int number) {
    /// What is read at first of a share that is overwritten again and again. What comes in one short answer is of one
    /// version: from our nodes up to 256 KiB, from Tahoe-LAFS's up to 64.
    static final List<Integer> FIRST_BYTES = List.of(MutableShareReader.FIRST_BYTES, 64 << 10, 256 << 10, 256 << 10);

    /// What was found.
    sealed interface Opened {
        /// A share that is good as far as it was looked at.
        record Good(MutableShareReader share) implements Opened {}

        /// A share that is not, and what it begins with.
        record Damaged(Checkstring start, CorruptShareException damage) implements Opened {}

        /// A share that got another version meanwhile.
        record Overwritten() implements Opened {}

        record Empty() implements Opened {}
    }

    /// Reads so many bytes of the share at first.
    Opened open(int firstBytes) throws IOException {
        var source = new Source();
        try {
            return new Opened.Good(MutableShareReader.open(number, source, cap.fingerprint(), firstBytes));
        } catch (IOException e) { // a node ends a long answer that is overtaken by a write
            byte[] seen = source.start;
            if (seen.length == 0 && !(e instanceof CorruptShareException)) {
                throw e;
            }
            byte[] start = source.read(0, Checkstring.MAX_BYTES);
            if (start.length == 0
                    && !server.storage().list(ShareKind.MUTABLE, storageIndex()).contains(number)) {
                return new Opened.Empty();
            }
            if (!Arrays.equals(seen, start)) {
                return new Opened.Overwritten();
            }
            if (e instanceof CorruptShareException damage) {
                return new Opened.Damaged(new Checkstring(start), damage);
            }
            throw e;
        }
    }

    /// The same until the share is not overwritten meanwhile.
    Opened openAtRest(int firstBytes) throws IOException {
        for (int more : FIRST_BYTES) {
            Opened opened = open(Math.max(more, firstBytes));
            if (!(opened instanceof Opened.Overwritten)) {
                return opened;
            }
        }
        throw new IOException("share " + number + " of the mutable file " + storageIndex()
                + " is overwritten faster than it can be read from " + server);
    }

    /// The bytes of a range, or as many of them as the share has; none if it is not there.
    byte[] read(long offset, int length) throws IOException {
        var data = server.storage().read(ShareKind.MUTABLE, storageIndex(), number, offset, length);
        if (data.isEmpty()) {
            return new byte[0];
        }
        try (var stream = data.get()) {
            return stream.readAll();
        }
    }

    private StorageIndex storageIndex() {
        return cap.storageIndex();
    }

    /// The share's bytes, and how it began when its first bytes were read last.
    private final class Source implements ShareSource {
        private byte[] start = new byte[0];

        @Override
        public byte[] read(long offset, int length) throws IOException {
            byte[] bytes = SlotReader.this.read(offset, length);
            if (offset == 0) {
                start = Arrays.copyOf(bytes, Math.min(bytes.length, Checkstring.MAX_BYTES));
            }
            return bytes;
        }
    }
}
