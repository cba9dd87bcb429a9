package org.truckee.sftp;

import java.nio.ByteBuffer;
import java.util.List;
import org.truckee.client.files.GridPath;

/// What a client asks for: SFTP version 3 (draft-ietf-secsh-filexfer-02) and OpenSSH's extensions (its file
/// PROTOCOL).
sealed interface SftpRequest {
    /// A request about something that is open.
    sealed interface OnHandle extends SftpRequest {
        String handle();
    }

    /// A request about what has a name.
    sealed interface OnPaths extends SftpRequest {
        List<GridPath> paths();

        /// Whether the names may stand for something else afterwards.
        boolean changesNames();
    }

    /// One that only looks, at one name.
    sealed interface Look extends OnPaths {
        GridPath path();

        @Override
        default List<GridPath> paths() {
            return List.of(path());
        }

        @Override
        default boolean changesNames() {
            return false;
        }
    }

    /// One that changes what one name stands for.
    sealed interface Change extends OnPaths {
        GridPath path();

        @Override
        default List<GridPath> paths() {
            return List.of(path());
        }

        @Override
        default boolean changesNames() {
            return true;
        }
    }

    /// One that changes what two names stand for.
    sealed interface ChangeOfTwo extends OnPaths {
        @Override
        default boolean changesNames() {
            return true;
        }
    }

    /// Opens or makes a file.
    record Open(GridPath path, OpenMode mode, SftpAttributes said) implements OnPaths {
        @Override
        public List<GridPath> paths() {
            return List.of(path);
        }

        @Override
        public boolean changesNames() {
            return mode.creates() || mode.truncates();
        }
    }

    record Close(String handle) implements OnHandle {}

    record Read(String handle, long offset, int bytes) implements OnHandle {}

    record Write(String handle, long offset, ByteBuffer data) implements OnHandle {}

    /// STAT and LSTAT, which are the same where there are no symbolic links.
    record Stat(GridPath path) implements Look {}

    record StatHandle(String handle) implements OnHandle {}

    record SetStat(GridPath path, SftpAttributes said) implements Change {}

    record SetStatHandle(String handle, SftpAttributes said) implements OnHandle {}

    record OpenDirectory(GridPath path) implements Look {}

    record ReadDirectory(String handle) implements OnHandle {}

    record Remove(GridPath path) implements Change {}

    record MakeDirectory(GridPath path, SftpAttributes said) implements Change {}

    record RemoveDirectory(GridPath path) implements Change {}

    /// REALPATH, and expand-path@openssh.com.
    record RealPath(GridPath path) implements Look {}

    /// RENAME, which replaces nothing, and posix-rename@openssh.com, which does.
    record Rename(GridPath from, GridPath to, boolean replace) implements ChangeOfTwo {
        @Override
        public List<GridPath> paths() {
            return List.of(from, to);
        }
    }

    /// hardlink@openssh.com
    record HardLink(GridPath existing, GridPath name) implements ChangeOfTwo {
        @Override
        public List<GridPath> paths() {
            return List.of(existing, name);
        }
    }

    /// fsync@openssh.com
    record Sync(String handle) implements OnHandle {}

    /// statvfs@openssh.com
    record Space(GridPath path) implements Look {}

    /// fstatvfs@openssh.com
    record SpaceHandle(String handle) implements OnHandle {}

    /// copy-data: `bytes` from `offset` on, all of them if it is 0, to `targetOffset` of another handle.
    record Copy(String handle, long offset, long bytes, String target, long targetOffset) implements OnHandle {}

    /// limits@openssh.com
    record Limits() implements SftpRequest {}

    /// What this server does not do.
    record Unsupported(String what) implements SftpRequest {}
}
