package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.BufferException;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.files.FileStatus;
import org.truckee.client.files.GridFiles;
import org.truckee.client.files.GridPath;
import org.truckee.client.files.OpenFile;
import org.truckee.client.files.RenameRule;

/// One client's SFTP version 3 conversation over one tree. Requests run side by side as far as their handles' [Lane]s
/// let them, and are answered in whatever order they finish.
/// (draft-ietf-secsh-filexfer-02 and OpenSSH's PROTOCOL file.)
final class SftpSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SftpSession.class);

    private static final int VERSION = 3;
    private static final int MAX_READ_BYTES = 255 << 10;
    private static final int MAX_HANDLES = 1024;
    private static final int NAMES_PER_REPLY = 100;

    private static final int OPEN_WRITE = 2;
    private static final int OPEN_APPEND = 4;
    private static final int OPEN_CREATE = 8;
    private static final int OPEN_TRUNCATE = 16;
    private static final int OPEN_EXCLUSIVE = 32;

    private static final int INIT = 1;
    private static final int REPLY_VERSION = 2;
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
    private static final int EXTENDED = 200;
    private static final int REPLY_STATUS = 101;
    private static final int REPLY_HANDLE = 102;
    private static final int REPLY_DATA = 103;
    private static final int REPLY_NAME = 104;
    private static final int REPLY_ATTRIBUTES = 105;

    private static final String POSIX_RENAME = "posix-rename@openssh.com";

    private final GridFiles files;
    private final Path staging;
    private final Executor threads;
    private final Map<String, Handle> handles = new ConcurrentHashMap<>();
    private final AtomicLong nextHandle = new AtomicLong();

    SftpSession(GridFiles files, Path staging, Executor threads) {
        this.files = files;
        this.staging = staging;
        this.threads = threads;
    }

    /// Takes the answer to a request, whose first four bytes are left for its length.
    @FunctionalInterface
    interface Answers {
        void send(Buffer reply);
    }

    /// Answers a request, in time; `packet` holds it without its length and belongs to the session now.
    void handle(Buffer packet, Answers answers) throws IOException {
        int type = packet.getUByte();
        if (type == INIT) {
            answers.send(version());
            return;
        }
        if (packet.available() < Integer.BYTES) {
            throw new IOException("an SFTP request without a number");
        }
        int id = packet.getInt();
        Runnable work = () -> answers.send(reply(id, type, packet));
        switch (type) {
            case CLOSE, WRITE, FSETSTAT, READDIR -> lane(packet).alone(work);
            case READ, FSTAT -> lane(packet).read(work);
            default -> threads.execute(work);
        }
    }

    /// The lane of the handle that a request names; one of its own if there is none, which it will be told.
    private Lane lane(Buffer packet) {
        int at = packet.rpos();
        try {
            Handle handle = handles.get(packet.getString());
            return handle == null ? new Lane(threads) : handle.lane();
        } catch (BufferException e) {
            return new Lane(threads);
        } finally {
            packet.rpos(at);
        }
    }

    private Buffer reply(int id, int type, Buffer request) {
        try {
            return switch (type) {
                case OPEN -> open(id, request);
                case CLOSE -> close(id, request);
                case READ -> read(id, request);
                case WRITE -> write(id, request);
                case LSTAT, STAT -> attributes(id, files.stat(path(request)));
                case FSTAT -> fstat(id, request);
                case SETSTAT -> setstat(id, request);
                case FSETSTAT -> fsetstat(id, request);
                case OPENDIR -> opendir(id, request);
                case READDIR -> readdir(id, request);
                case REMOVE -> remove(id, request);
                case MKDIR -> mkdir(id, request);
                case RMDIR -> rmdir(id, request);
                case REALPATH -> realpath(id, request);
                case RENAME -> rename(id, request, false);
                case EXTENDED -> extended(id, request);
                default -> status(id, new SftpStatus(SftpStatus.UNSUPPORTED, "this request is not supported"));
            };
        } catch (BufferException e) {
            return status(id, new SftpStatus(SftpStatus.BAD_MESSAGE, "the request is malformed"));
        } catch (IOException | UnsupportedOperationException e) {
            return status(id, SftpStatus.of(e));
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a request failed");
            return status(id, SftpStatus.of(e));
        }
    }

    private static Buffer version() {
        Buffer reply = reply(REPLY_VERSION, VERSION);
        reply.putString(POSIX_RENAME);
        reply.putString("1");
        return reply;
    }

    /// The beginning of a reply, behind room for its length.
    private static Buffer reply(int type, int id) {
        var reply = new ByteArrayBuffer();
        reply.putInt(0);
        reply.putByte((byte) type);
        reply.putInt(id);
        return reply;
    }

    private static Buffer status(int id, SftpStatus status) {
        Buffer reply = reply(REPLY_STATUS, id);
        reply.putInt(status.code());
        reply.putString(status.message());
        reply.putString("en");
        return reply;
    }

    private static Buffer done(int id) {
        return status(id, SftpStatus.DONE);
    }

    private static Buffer attributes(int id, FileStatus status) {
        Buffer reply = reply(REPLY_ATTRIBUTES, id);
        SftpAttributes.write(reply, status);
        return reply;
    }

    private Buffer handle(int id, Handle handle) throws IOException {
        if (handles.size() >= MAX_HANDLES) {
            handle.close();
            throw new IOException("more than " + MAX_HANDLES + " files are open");
        }
        String name = Long.toString(nextHandle.incrementAndGet());
        handles.put(name, handle);
        Buffer reply = reply(REPLY_HANDLE, id);
        reply.putString(name);
        return reply;
    }

    /// A name that is not UTF-8 is refused: guessing would make one of two different names.
    private static GridPath path(Buffer request) throws IOException {
        try {
            var bytes = ByteBuffer.wrap(request.getBytes());
            return GridPath.parse(UTF_8.newDecoder().decode(bytes).toString());
        } catch (CharacterCodingException e) {
            throw new IOException("the name is not UTF-8");
        }
    }

    private Handle handle(Buffer request) throws IOException {
        Handle handle = handles.get(request.getString());
        if (handle == null) {
            throw new IOException("there is no such handle");
        }
        return handle;
    }

    private Handle.Writing writing(Buffer request) throws IOException {
        if (handle(request) instanceof Handle.Writing writing) {
            return writing;
        }
        throw new IOException("the file is not open for writing");
    }

    private Buffer open(int id, Buffer request) throws IOException {
        GridPath path = path(request);
        int flags = request.getInt();
        if ((flags & (OPEN_WRITE | OPEN_APPEND)) == 0) {
            OpenFile file = files.open(path);
            return handle(id, new Handle.Reading(new Lane(threads), file.status(), file));
        }
        Optional<FileStatus> there = statIfThere(path);
        if (there.isEmpty() && (flags & OPEN_CREATE) == 0) {
            throw new NoSuchFileException(path.toString());
        }
        if (there.isPresent() && (flags & OPEN_CREATE) != 0 && (flags & OPEN_EXCLUSIVE) != 0) {
            throw new FileAlreadyExistsException(path.toString());
        }
        if (there.isPresent() && there.get().isDirectory()) {
            throw new FileSystemException(path.toString(), null, "is a directory");
        }
        boolean copy = there.isPresent() && (flags & OPEN_TRUNCATE) == 0;
        StagedFile staged = copy ? stagedCopy(path) : StagedFile.create(staging);
        return handle(id, new Handle.Writing(new Lane(threads), path, staged, (flags & OPEN_APPEND) != 0));
    }

    private StagedFile stagedCopy(GridPath path) throws IOException {
        var staged = StagedFile.create(staging);
        try (var file = files.open(path)) {
            staged.copyFrom(file);
            return staged;
        } catch (IOException | RuntimeException e) {
            staged.close();
            throw e;
        }
    }

    private Optional<FileStatus> statIfThere(GridPath path) throws IOException {
        try {
            return Optional.of(files.stat(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private Buffer close(int id, Buffer request) throws IOException {
        Handle handle = handles.remove(request.getString());
        if (handle == null) {
            throw new IOException("there is no such handle");
        }
        try (handle) {
            if (handle instanceof Handle.Writing writing) {
                files.put(writing.path(), writing.staged().contents());
            }
        }
        return done(id);
    }

    private Buffer read(int id, Buffer request) throws IOException {
        Handle handle = handle(request);
        long offset = request.getLong();
        var data = new byte[Math.clamp(request.getUInt(), 1, MAX_READ_BYTES)];
        int read = switch (handle) {
            case Handle.Reading reading -> reading.file().read(offset, data, 0, data.length);
            case Handle.Writing writing -> writing.staged().read(offset, data, 0, data.length);
            case Handle.Listing _ -> throw new IOException("a directory is open, not a file");
        };
        if (read < 0) {
            return status(id, SftpStatus.END);
        }
        Buffer reply = reply(REPLY_DATA, id);
        reply.putBytes(data, 0, read);
        return reply;
    }

    private Buffer write(int id, Buffer request) throws IOException {
        Handle.Writing writing = writing(request);
        long offset = request.getLong();
        int length = request.getInt();
        if (length < 0 || length > request.available() || offset < 0) {
            throw new IOException("the data is not as long as it says");
        }
        long at = writing.append() ? writing.staged().size() : offset;
        writing.staged().write(at, request.array(), request.rpos(), length);
        return done(id);
    }

    private Buffer fstat(int id, Buffer request) throws IOException {
        return switch (handle(request)) {
            case Handle.Reading reading -> attributes(id, reading.status());
            case Handle.Writing writing ->
                attributes(id, FileStatus.unlinked(writing.staged().size(), FileStatus.FILE_MODE, Instant.now()));
            case Handle.Listing _ -> throw new IOException("a directory is open, not a file");
        };
    }

    /// Times and modes are accepted and not kept.
    private Buffer setstat(int id, Buffer request) throws IOException {
        files.stat(path(request));
        if (SftpAttributes.sizeIn(request).isPresent()) {
            throw new UnsupportedOperationException("a file is cut while it is open only");
        }
        return done(id);
    }

    private Buffer fsetstat(int id, Buffer request) throws IOException {
        Handle handle = handle(request);
        var size = SftpAttributes.sizeIn(request);
        if (size.isPresent()) {
            if (!(handle instanceof Handle.Writing writing)) {
                throw new IOException("the file is not open for writing");
            }
            writing.staged().truncate(size.getAsLong());
        }
        return done(id);
    }

    private Buffer opendir(int id, Buffer request) throws IOException {
        var names = new ArrayDeque<>(files.list(path(request)).entrySet());
        return handle(id, new Handle.Listing(new Lane(threads), names));
    }

    private Buffer readdir(int id, Buffer request) throws IOException {
        if (!(handle(request) instanceof Handle.Listing listing)) {
            throw new IOException("a file is open, not a directory");
        }
        if (listing.names().isEmpty()) {
            return status(id, SftpStatus.END);
        }
        int count = Math.min(NAMES_PER_REPLY, listing.names().size());
        Buffer reply = reply(REPLY_NAME, id);
        reply.putInt(count);
        for (int i = 0; i < count; i++) {
            var entry = listing.names().remove();
            putName(reply, entry.getKey(), SftpAttributes.listLine(entry.getKey(), entry.getValue()));
            SftpAttributes.write(reply, entry.getValue());
        }
        return reply;
    }

    private static void putName(Buffer reply, String name, String longName) {
        reply.putString(name, UTF_8);
        reply.putString(longName, UTF_8);
    }

    private Buffer remove(int id, Buffer request) throws IOException {
        files.remove(path(request));
        return done(id);
    }

    private Buffer mkdir(int id, Buffer request) throws IOException {
        files.makeDirectory(path(request), FileMetadata.NONE);
        return done(id);
    }

    private Buffer rmdir(int id, Buffer request) throws IOException {
        files.removeDirectory(path(request));
        return done(id);
    }

    private static Buffer realpath(int id, Buffer request) throws IOException {
        String path = path(request).toString();
        Buffer reply = reply(REPLY_NAME, id);
        reply.putInt(1);
        putName(reply, path, path);
        reply.putInt(0);
        return reply;
    }

    private Buffer rename(int id, Buffer request, boolean replace) throws IOException {
        GridPath from = path(request);
        files.rename(from, path(request), replace ? RenameRule.REPLACE : RenameRule.IF_ABSENT);
        return done(id);
    }

    private Buffer extended(int id, Buffer request) throws IOException {
        return switch (request.getString()) {
            case POSIX_RENAME -> rename(id, request, true);
            default -> status(id, new SftpStatus(SftpStatus.UNSUPPORTED, "this extension is not supported"));
        };
    }

    /// Lets go of everything that is open; files that were not closed do not go to the grid.
    @Override
    public void close() {
        for (Handle handle : handles.values()) {
            handle.lane().alone(() -> {
                try {
                    handle.close();
                } catch (IOException e) {
                    LOG.atWarn().setCause(e).log("a handle was not closed");
                }
            });
        }
        handles.clear();
    }
}
