package org.truckee.sftp;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.sshd.common.util.buffer.Buffer;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.files.FileStatus;

/// What a client wants a file to be like, as SFTP version 3 writes it; owners are read over, since there is one only.
///
/// ```
/// flags (4): 1 size, 2 user and group, 4 permissions, 8 times, 2^31 extensions
/// [size (8)] [user (4) group (4)] [permissions (4)] [access time (4) modification time (4)]
/// [number (4) of extensions, each a name and a value]
/// ```
record SftpAttributes(OptionalLong size, FileMetadata metadata) {
    static final SftpAttributes NONE = new SftpAttributes(OptionalLong.empty(), FileMetadata.NONE);

    private static final int SIZE = 1;
    private static final int OWNER = 2;
    private static final int PERMISSIONS = 4;
    private static final int TIMES = 8;
    private static final int EXTENDED = 1 << 31;

    private static final int DIRECTORY = 0040000;
    private static final int FILE = 0100000;
    private static final int PERMISSION_BITS = 07777;

    static SftpAttributes read(Buffer in) throws IOException {
        int flags = in.getInt();
        OptionalLong size = (flags & SIZE) == 0 ? OptionalLong.empty() : OptionalLong.of(SftpPackets.size(in));
        if ((flags & OWNER) != 0) {
            in.getInt();
            in.getInt();
        }
        OptionalInt mode =
                (flags & PERMISSIONS) == 0 ? OptionalInt.empty() : OptionalInt.of(in.getInt() & PERMISSION_BITS);
        Optional<Instant> accessed = (flags & TIMES) == 0 ? Optional.empty() : Optional.of(time(in));
        Optional<Instant> modified = (flags & TIMES) == 0 ? Optional.empty() : Optional.of(time(in));
        if ((flags & EXTENDED) != 0) {
            skipExtensions(in);
        }
        return new SftpAttributes(size, new FileMetadata(mode, modified, accessed, Map.of()));
    }

    private static Instant time(Buffer in) {
        return Instant.ofEpochSecond(in.getUInt());
    }

    private static void skipExtensions(Buffer in) {
        for (long left = in.getUInt(); left > 0; left--) {
            in.getBytes();
            in.getBytes();
        }
    }

    /// Writes what is known of a file.
    static void write(Buffer out, FileStatus status) {
        out.putInt(SIZE | OWNER | PERMISSIONS | TIMES);
        out.putLong(status.bytes());
        out.putInt(0);
        out.putInt(0);
        out.putInt((status.isDirectory() ? DIRECTORY : FILE) | status.mode());
        out.putUInt(seconds(status.accessed()));
        out.putUInt(seconds(status.modified()));
    }

    private static long seconds(Instant time) {
        return Math.clamp(time.getEpochSecond(), 0, 0xffff_ffffL);
    }
}
