package org.truckee.client.check;

import java.nio.ByteBuffer;
import org.truckee.crypto.StorageIndex;

/// Which storage indexes were met, in sixteen bytes each or so: of an index, which is a hash, eight bytes tell
/// enough. Belongs to one thread.
final class SeenIndexes {
    private static final int FIRST = 1 << 10;

    /// Zero is a free place; an index that begins with zeros is taken for one that begins with a one.
    private long[] table = new long[FIRST];

    private int size;

    /// Says whether it was not there before.
    boolean add(StorageIndex index) {
        if (2 * size >= table.length) {
            grow();
        }
        return put(table, ByteBuffer.wrap(index.toBytes()).getLong());
    }

    private boolean put(long[] into, long start) {
        long key = start == 0 ? 1 : start;
        int mask = into.length - 1;
        int at = (int) key & mask;
        while (into[at] != 0) {
            if (into[at] == key) {
                return false;
            }
            at = (at + 1) & mask;
        }
        into[at] = key;
        size++;
        return true;
    }

    private void grow() {
        long[] before = table;
        table = new long[2 * before.length];
        size = 0;
        for (long key : before) {
            if (key != 0) {
                put(table, key);
            }
        }
    }
}
