package org.truckee.sftp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.BufferException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.files.FileStatus;
import org.truckee.client.files.GridPath;
import org.truckee.client.files.RenameRule;

/// One client's SFTP conversation over one tree. Every request has a thread of its own, which waits until the [Lane]s
/// of the files and names that it concerns let it; so requests run side by side, and are answered as they finish but
/// for the reads of a file, which are answered in their order.
final class SftpSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SftpSession.class);

    private static final int NAMES_PER_REPLY = 100;

    private static final int COPY_BYTES = 256 << 10;

    private final TreeSource trees;
    private final CloseRule closing;
    private final Executor threads;
    private final InstantSource clock;
    private final Handles handles = new Handles();
    private final RequestOrder order = new RequestOrder(handles);

    /// For what is on its way from the grid to the client.
    private final Semaphore data = new Semaphore(ClientMemory.bytes(), true);

    SftpSession(TreeSource trees, CloseRule closing, Executor threads, InstantSource clock) {
        this.trees = trees;
        this.closing = closing;
        this.threads = threads;
        this.clock = clock;
    }

    /// Takes the answer to a request, whose first four bytes are left for its length, and returns when it is on its
    /// way.
    @FunctionalInterface
    interface Answers {
        void send(Buffer reply);
    }

    /// Takes a packet without its length, in the order of arrival; it belongs to the session now. Does no more than
    /// start what it asks for.
    void handle(Buffer packet, Answers answers) throws IOException {
        int type = packet.getUByte();
        if (type == SftpPackets.INIT) {
            threads.execute(() -> answers.send(SftpReply.version()));
            return;
        }
        int id = number(packet);
        try {
            SftpRequest request = SftpPackets.parse(type, packet);
            if (request instanceof SftpRequest.Close close) {
                handles.closing(close.handle());
            }
            List<Lane.Turn> turns = order.turns(request);
            ReadOrder.Place place = order.place(request);
            threads.execute(() -> run(id, request, turns, place, answers));
        } catch (IOException e) {
            threads.execute(() -> answers.send(SftpReply.status(id, SftpStatus.of(e))));
        }
    }

    private static int number(Buffer packet) throws IOException {
        try {
            return packet.getInt();
        } catch (BufferException e) {
            throw new IOException("an SFTP request without a number", e);
        }
    }

    /// Answers are sent before others have their turn: changes of one handle are answered in their order, on which
    /// some clients rely.
    private void run(int id, SftpRequest request, List<Lane.Turn> turns, ReadOrder.Place place, Answers answers) {
        int room = request instanceof SftpRequest.Read read ? read.bytes() : 0;
        try {
            for (Lane.Turn turn : turns) {
                turn.await();
            }
            place.awaitBegin();
            data.acquire(room);
            try {
                place.began();
                Buffer reply = reply(id, request);
                place.awaitEnd();
                answers.send(reply);
            } finally {
                data.release(room);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            place.ended();
            turns.forEach(Lane.Turn::end);
            order.forget(request);
        }
    }

    private Buffer reply(int id, SftpRequest request) {
        try {
            return answer(id, request);
        } catch (IOException | RuntimeException e) {
            SftpStatus status = SftpStatus.of(e);
            if (!status.ordinary()) {
                log(request, e);
            }
            return SftpReply.status(id, status);
        }
    }

    private static void log(SftpRequest request, Exception failure) {
        var event =
                failure instanceof IOException ? LOG.atWarn() : LOG.atError().setCause(failure);
        event.addKeyValue("request", request.getClass().getSimpleName())
                .addKeyValue("why", Printable.sentence(String.valueOf(failure.getMessage())))
                .log("a request failed");
    }

    private Buffer answer(int id, SftpRequest request) throws IOException {
        return switch (request) {
            case SftpRequest.Open open -> SftpReply.handle(id, handles.add(() -> open(open)));
            case SftpRequest.Close close -> close(id, close);
            case SftpRequest.Read read -> read(id, read);
            case SftpRequest.Write write -> write(id, write);
            case SftpRequest.Stat stat -> SftpReply.attributes(id, trees.tree().stat(stat.path()));
            case SftpRequest.StatHandle stat ->
                SftpReply.attributes(id, handles.opened(stat.handle()).file().status());
            case SftpRequest.SetStat set -> {
                trees.tree().setAttributes(set.path(), set.said());
                yield done(id);
            }
            case SftpRequest.SetStatHandle set -> setStat(id, set);
            case SftpRequest.OpenDirectory open -> SftpReply.handle(id, handles.add(() -> listing(open)));
            case SftpRequest.ReadDirectory read -> readDirectory(id, read);
            case SftpRequest.Remove remove -> {
                trees.tree().remove(remove.path());
                yield done(id);
            }
            case SftpRequest.MakeDirectory make -> {
                trees.tree().makeDirectory(make.path(), make.said().metadata());
                yield done(id);
            }
            case SftpRequest.RemoveDirectory remove -> {
                trees.tree().removeDirectory(remove.path());
                yield done(id);
            }
            case SftpRequest.RealPath path -> SftpReply.path(id, path.path().toString());
            case SftpRequest.Rename rename -> {
                var rule = rename.replace() ? RenameRule.REPLACE : RenameRule.IF_ABSENT;
                trees.tree().rename(rename.from(), rename.to(), rule);
                yield done(id);
            }
            case SftpRequest.HardLink link -> {
                trees.tree().hardLink(link.existing(), link.name());
                yield done(id);
            }
            case SftpRequest.Sync sync -> {
                Handle.Opened opened = handles.opened(sync.handle());
                opened.tree().publish(opened.file());
                yield done(id);
            }
            case SftpRequest.Space space -> space(id, trees.tree(), space.path());
            case SftpRequest.SpaceHandle space ->
                space(id, handles.opened(space.handle()).tree(), GridPath.ROOT);
            case SftpRequest.Copy copy -> copy(id, copy);
            case SftpRequest.Limits _ -> SftpReply.limits(id, Handles.MOST);
            case SftpRequest.Unsupported unsupported ->
                SftpReply.status(id, SftpStatus.unsupported(unsupported.what()));
        };
    }

    private static Buffer done(int id) {
        return SftpReply.status(id, SftpStatus.DONE);
    }

    private Handle open(SftpRequest.Open request) throws IOException {
        Tree tree = trees.tree();
        TreeFile file = tree.open(request.path(), request.mode(), request.said().metadata());
        return new Handle.Opened(new Lane(), tree, file, request.mode());
    }

    private Handle listing(SftpRequest.OpenDirectory request) throws IOException {
        return new Handle.Listing(
                new Lane(), new ArrayDeque<>(trees.tree().list(request.path()).entrySet()));
    }

    private Buffer close(int id, SftpRequest.Close request) throws IOException {
        Handle handle = handles.get(request.handle());
        handles.remove(request.handle());
        if (handle instanceof Handle.Opened opened) {
            if (opened.mode().writes() || opened.mode().creates()) {
                opened.tree().close(opened.file(), closing);
            } else {
                opened.tree().leave(opened.file());
            }
        }
        return done(id);
    }

    private Buffer read(int id, SftpRequest.Read request) throws IOException {
        TreeFile file = handles.reading(request.handle()).file();
        byte[] packet = SftpReply.roomForData(request.bytes());
        int read = file.read(request.offset(), packet, SftpReply.dataAt(), request.bytes());
        return read < 0 ? SftpReply.status(id, SftpStatus.END) : SftpReply.data(id, packet, read);
    }

    private Buffer write(int id, SftpRequest.Write request) throws IOException {
        Handle.Opened opened = handles.writing(request.handle());
        ByteBuffer data = request.data();
        if (opened.mode().appends()) {
            opened.file().append(data.array(), data.arrayOffset() + data.position(), data.remaining());
        } else {
            opened.file().write(request.offset(), data.array(), data.arrayOffset() + data.position(), data.remaining());
        }
        return done(id);
    }

    private Buffer setStat(int id, SftpRequest.SetStatHandle request) throws IOException {
        Handle.Opened opened = handles.opened(request.handle());
        if (request.said().size().isPresent()) {
            handles.writing(request.handle())
                    .file()
                    .truncate(request.said().size().getAsLong());
        }
        opened.tree().setAttributes(opened.file(), request.said().metadata());
        return done(id);
    }

    private Buffer readDirectory(int id, SftpRequest.ReadDirectory request) throws IOException {
        if (!(handles.get(request.handle()) instanceof Handle.Listing listing)) {
            throw new SftpPackets.MalformedPacketException("the handle is a file's, not a directory's");
        }
        Map<String, FileStatus> names = listing.next(NAMES_PER_REPLY);
        return names.isEmpty() ? SftpReply.status(id, SftpStatus.END) : SftpReply.names(id, names, clock.instant());
    }

    private static Buffer space(int id, Tree tree, GridPath path) throws IOException {
        long free = tree.freeBytes(path);
        return SftpReply.space(id, free, free, tree.isReadOnly());
    }

    private Buffer copy(int id, SftpRequest.Copy request) throws IOException {
        TreeFile source = handles.reading(request.handle()).file();
        TreeFile target = handles.writing(request.target()).file();
        long bytes = copied(request, source.status().bytes());
        if (source.equals(target) && Math.abs(request.offset() - request.targetOffset()) < bytes) {
            throw new SftpPackets.MalformedPacketException("a file is not copied over the bytes that are copied");
        }
        for (long done = 0; done < bytes; ) {
            var piece = new byte[COPY_BYTES];
            int read = source.read(request.offset() + done, piece, 0, (int) Math.min(piece.length, bytes - done));
            if (read <= 0) {
                break;
            }
            target.write(request.targetOffset() + done, piece, 0, read);
            done += read;
        }
        return done(id);
    }

    /// How many bytes there are to copy. That is known before the first is written: a file that is copied behind its
    /// own end would never come to it.
    private static long copied(SftpRequest.Copy request, long sourceBytes) {
        long there = Math.max(0, sourceBytes - request.offset());
        return request.bytes() == 0 ? there : Math.min(request.bytes(), there);
    }

    /// Lets go of everything that is open. What was not closed does not go to the grid; closes that arrived go on.
    @Override
    public void close() {
        for (String name : handles.notClosed()) {
            Lane.Turn turn = order.end(name);
            threads.execute(() -> leave(name, turn));
        }
    }

    private void leave(String name, Lane.Turn turn) {
        try {
            turn.await();
            if (handles.remove(name).orElse(null) instanceof Handle.Opened opened) {
                opened.tree().leave(opened.file());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("why", Printable.sentence(String.valueOf(e.getMessage())))
                    .log("a file was not closed");
        } finally {
            turn.end();
        }
    }
}
