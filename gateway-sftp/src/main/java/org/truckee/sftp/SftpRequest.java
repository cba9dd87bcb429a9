package org.truckee.sftp;

import java.nio.ByteBuffer;
import org.truckee.client.files.GridPath;

/// What a client asks for: SFTP version 3 (draft-ietf-secsh-filexfer-02) and OpenSSH's extensions (its file
/// PROTOCOL).
sealed interface SftpRequest {
    /// A request about something that is open.
    sealed interface OnHandle extends SftpRequest {
        String handle();
    }

    /// Opens or makes a file.
    record Open(GridPath path, OpenMode mode, SftpAttributes said) implements SftpRequest {}

    record Close(String handle) implements OnHandle {}

    record Read(String handle, long offset, int bytes) implements OnHandle {}

    record Write(String handle, long offset, ByteBuffer data) implements OnHandle {}

    /// STAT and LSTAT, which are the same where there are no symbolic links.
    record Stat(GridPath path) implements SftpRequest {}

    record StatHandle(String handle) implements OnHandle {}

    record SetStat(GridPath path, SftpAttributes said) implements SftpRequest {}

    record SetStatHandle(String handle, SftpAttributes said) implements OnHandle {}

    record OpenDirectory(GridPath path) implements SftpRequest {}

    record ReadDirectory(String handle) implements OnHandle {}

    record Remove(GridPath path) implements SftpRequest {}

    record MakeDirectory(GridPath path, SftpAttributes said) implements SftpRequest {}

    record RemoveDirectory(GridPath path) implements SftpRequest {}

    /// REALPATH, and expand-path@openssh.com.
    record RealPath(GridPath path) implements SftpRequest {}

    /// RENAME, which replaces nothing, and posix-rename@openssh.com, which does.
    record Rename(GridPath from, GridPath to, boolean replace) implements SftpRequest {}

    /// hardlink@openssh.com
    record HardLink(GridPath existing, GridPath name) implements SftpRequest {}

    /// fsync@openssh.com
    record Sync(String handle) implements OnHandle {}

    /// statvfs@openssh.com
    record Space(GridPath path) implements SftpRequest {}

    /// fstatvfs@openssh.com
    record SpaceHandle(String handle) implements OnHandle {}

    /// copy-data: `bytes` from `offset` on, all of them if it is 0, to `targetOffset` of another handle.
    record Copy(String handle, long offset, long bytes, String target, long targetOffset) implements OnHandle {}

    /// limits@openssh.com
    record Limits() implements SftpRequest {}

    /// What this server does not do.
    record Unsupported(String what) implements SftpRequest {}
}
