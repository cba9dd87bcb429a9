package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.BufferException;
import org.truckee.client.files.GridPath;

/// Reads packets: what came from a client becomes an [SftpRequest], or an exception that it is told.
///
/// ```
/// type (1)  number (4)  what the type says; texts and data with their length (4) in front
/// ```
final class SftpPackets {
    static final int VERSION = 3;

    /// The longest packet that a client may send, and the most that it may read or write by one.
    static final int MAX_PACKET_BYTES = 256 << 10;

    static final int MAX_DATA_BYTES = 255 << 10;

    static final int INIT = 1;
    private static final int OPEN = 3;
    private static final int CLOSE = 4;
    private static final int READ = 5;
    private static final int WRITE = 6;
    private static final int LSTAT = 7;
    private static final int FSTAT = 8;
    private static final int SETSTAT = 9;
    private static final int FSETSTAT = 10;
    private static final int OPENDIR = 11;
    private static final int READDIR = 12;
    private static final int REMOVE = 13;
    private static final int MKDIR = 14;
    private static final int RMDIR = 15;
    private static final int REALPATH = 16;
    private static final int STAT = 17;
    private static final int RENAME = 18;
    private static final int READLINK = 19;
    private static final int SYMLINK = 20;
    private static final int EXTENDED = 200;

    /// As on every common file system.
    private static final int MAX_NAME_BYTES = 255;

    private static final int MAX_PATH_BYTES = 4096;

    private SftpPackets() {}

    /// What follows the type and the number of a request.
    static SftpRequest parse(int type, Buffer in) throws IOException {
        try {
            return switch (type) {
                case OPEN -> new SftpRequest.Open(path(in), new OpenMode(in.getInt()), SftpAttributes.read(in));
                case CLOSE -> new SftpRequest.Close(in.getString());
                case READ -> read(in);
                case WRITE -> write(in);
                case LSTAT, STAT -> new SftpRequest.Stat(path(in));
                case FSTAT -> new SftpRequest.StatHandle(in.getString());
                case SETSTAT -> new SftpRequest.SetStat(path(in), SftpAttributes.read(in));
                case FSETSTAT -> new SftpRequest.SetStatHandle(in.getString(), SftpAttributes.read(in));
                case OPENDIR -> new SftpRequest.OpenDirectory(path(in));
                case READDIR -> new SftpRequest.ReadDirectory(in.getString());
                case REMOVE -> new SftpRequest.Remove(path(in));
                case MKDIR -> new SftpRequest.MakeDirectory(path(in), SftpAttributes.read(in));
                case RMDIR -> new SftpRequest.RemoveDirectory(path(in));
                case REALPATH -> new SftpRequest.RealPath(path(in));
                case RENAME -> new SftpRequest.Rename(path(in), path(in), false);
                case SYMLINK, READLINK -> new SftpRequest.Unsupported("symbolic links are not supported");
                case EXTENDED -> extended(in.getString(), in);
                default -> new SftpRequest.Unsupported("there is no request of type " + type);
            };
        } catch (BufferException | IllegalArgumentException e) {
            throw new MalformedPacketException("the request of type " + type + " is malformed");
        }
    }

    private static SftpRequest extended(String name, Buffer in) throws IOException {
        return switch (name) {
            case SftpReply.POSIX_RENAME -> new SftpRequest.Rename(path(in), path(in), true);
            case SftpReply.HARDLINK -> new SftpRequest.HardLink(path(in), path(in));
            case SftpReply.FSYNC -> new SftpRequest.Sync(in.getString());
            case SftpReply.STATVFS -> new SftpRequest.Space(path(in));
            case SftpReply.FSTATVFS -> new SftpRequest.SpaceHandle(in.getString());
            case SftpReply.LSETSTAT -> new SftpRequest.SetStat(path(in), SftpAttributes.read(in));
            case SftpReply.LIMITS -> new SftpRequest.Limits();
            case SftpReply.EXPAND_PATH -> new SftpRequest.RealPath(expanded(text(in)));
            case SftpReply.COPY_DATA ->
                new SftpRequest.Copy(in.getString(), offset(in), size(in), in.getString(), offset(in));
            default -> new SftpRequest.Unsupported("the extension " + Printable.of(name) + " is not supported");
        };
    }

    private static SftpRequest read(Buffer in) throws IOException {
        String handle = in.getString();
        long offset = offset(in);
        return new SftpRequest.Read(handle, offset, Math.clamp(in.getUInt(), 1, MAX_DATA_BYTES));
    }

    private static SftpRequest write(Buffer in) throws IOException {
        String handle = in.getString();
        long offset = offset(in);
        int bytes = in.getInt();
        if (bytes < 0 || bytes > in.available()) {
            throw new MalformedPacketException("the data is not as long as it says");
        }
        return new SftpRequest.Write(handle, offset, ByteBuffer.wrap(in.array(), in.rpos(), bytes));
    }

    private static long offset(Buffer in) throws IOException {
        long offset = in.getLong();
        if (offset < 0 || offset > Long.MAX_VALUE - MAX_PACKET_BYTES) {
            throw new MalformedPacketException("no file has a byte " + Long.toUnsignedString(offset));
        }
        return offset;
    }

    /// How long something is to be.
    static long size(Buffer in) throws IOException {
        long bytes = in.getLong();
        if (bytes < 0) {
            throw new MalformedPacketException("no file has " + Long.toUnsignedString(bytes) + " bytes");
        }
        return bytes;
    }

    /// `~` is the root, which everybody's home is.
    private static GridPath expanded(String text) throws IOException {
        return path(text.equals("~") || text.startsWith("~/") ? text.substring(1) : text);
    }

    private static GridPath path(Buffer in) throws IOException {
        return path(text(in));
    }

    /// A path that a client or a command names.
    static GridPath path(String text) throws IOException {
        if (text.indexOf('\0') >= 0) {
            throw new MalformedPacketException("a name cannot contain a zero byte");
        }
        if (text.getBytes(UTF_8).length > MAX_PATH_BYTES) {
            throw new FileSystemException("the path", null, "is longer than " + MAX_PATH_BYTES + " bytes");
        }
        GridPath path = GridPath.parse(text);
        for (String name : path.names()) {
            if (name.getBytes(UTF_8).length > MAX_NAME_BYTES) {
                throw new FileSystemException("a name", null, "is longer than " + MAX_NAME_BYTES + " bytes");
            }
        }
        return path;
    }

    /// A text that is not UTF-8 is refused: guessing would make one of two different names.
    private static String text(Buffer in) throws IOException {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(in.getBytes())).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedPacketException("the name is not UTF-8");
        }
    }

    /// A packet that means nothing.
    static final class MalformedPacketException extends IOException {
        private static final long serialVersionUID = 1;

        MalformedPacketException(String problem) {
            super(problem);
        }
    }
}
