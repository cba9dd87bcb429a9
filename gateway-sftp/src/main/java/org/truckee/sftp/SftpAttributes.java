package org.truckee.sftp;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.OptionalLong;
import org.apache.sshd.common.util.buffer.Buffer;
import org.truckee.client.files.FileStatus;

/// The attributes of a file as SFTP version 3 writes them.
///
/// ```
/// flags (4): 1 size, 2 user and group, 4 permissions, 8 times
/// size (8)   user (4) group (4)   permissions (4)   access time (4) modification time (4)
/// ```
final class SftpAttributes {
    private static final int SIZE = 1;
    private static final int OWNER = 2;
    private static final int PERMISSIONS = 4;
    private static final int TIMES = 8;

    private static final int DIRECTORY = 0040777;
    private static final int FILE = 0100666;
    private static final int READ_ONLY = 0555;
    private static final DateTimeFormatter LIST_TIME = DateTimeFormatter.ofPattern("MMM dd HH:mm", Locale.ROOT);

    private SftpAttributes() {}

    static void write(Buffer out, FileStatus status) {
        out.putInt(SIZE | OWNER | PERMISSIONS | TIMES);
        out.putLong(status.bytes());
        out.putInt(0);
        out.putInt(0);
        out.putInt(mode(status));
        long seconds = Math.clamp(status.modified().getEpochSecond(), 0, 0xffff_ffffL);
        out.putUInt(seconds);
        out.putUInt(seconds);
    }

    private static int mode(FileStatus status) {
        int mode = status.isDirectory() ? DIRECTORY : FILE;
        return status.writable() ? mode : mode & (~0777 | READ_ONLY);
    }

    /// The line that `ls -l` shows.
    static String listLine(String name, FileStatus status) {
        Instant modified = status.modified();
        return "%s 1 tahoe tahoe %12d %s %s"
                .formatted(
                        permissions(status), status.bytes(), LIST_TIME.format(modified.atOffset(ZoneOffset.UTC)), name);
    }

    private static String permissions(FileStatus status) {
        int mode = mode(status);
        var text = new StringBuilder(status.isDirectory() ? "d" : "-");
        for (int bit = 8; bit >= 0; bit--) {
            text.append((mode & (1 << bit)) == 0 ? '-' : "xwr".charAt(bit % 3));
        }
        return text.toString();
    }

    /// The size that a client wants a file to have, if its attributes name one.
    static OptionalLong sizeIn(Buffer in) {
        int flags = in.getInt();
        return (flags & SIZE) == 0 ? OptionalLong.empty() : OptionalLong.of(in.getLong());
    }
}
