package org.truckee.sftp;

/// How a file is opened.
///
/// ```
/// 1 read   2 write   4 append   8 create   16 truncate   32 exclusive
/// ```
record OpenMode(int flags) {
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int APPEND = 4;
    private static final int CREATE = 8;
    private static final int TRUNCATE = 16;
    private static final int EXCLUSIVE = 32;

    /// To read what is there.
    static final OpenMode LOOK = new OpenMode(READ);

    /// To change what is there.
    static final OpenMode CHANGE = new OpenMode(WRITE);

    boolean reads() {
        return has(READ) || !writes();
    }

    boolean writes() {
        return has(WRITE) || has(APPEND);
    }

    boolean appends() {
        return has(APPEND);
    }

    boolean creates() {
        return has(CREATE);
    }

    boolean truncates() {
        return writes() && has(TRUNCATE);
    }

    /// Only if nothing is there.
    boolean isExclusive() {
        return creates() && has(EXCLUSIVE);
    }

    private boolean has(int flag) {
        return (flags & flag) != 0;
    }
}
