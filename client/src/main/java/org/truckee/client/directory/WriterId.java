package org.truckee.client.directory;

import java.util.random.RandomGenerator;
import org.truckee.crypto.Base32;

/// Whoever puts dots on entries: one run of a process for one directory, or, for an entry that another client put
/// there, the entry itself.
///
/// @param text 8 bytes in base32
record WriterId(String text) implements Comparable<WriterId> {
    static final int BYTES = 8;
    static final int CHARACTERS = 13;

    static WriterId random(RandomGenerator random) {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new WriterId(Base32.encode(bytes));
    }

    @Override
    public int compareTo(WriterId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
