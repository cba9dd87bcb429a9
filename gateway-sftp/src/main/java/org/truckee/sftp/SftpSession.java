package org.truckee.sftp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.BufferException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.files.FileStatus;
import org.truckee.client.files.GridPath;
import org.truckee.client.files.RenameRule;

/// One client's SFTP conversation over one tree. Every request has a thread of its own, which waits until the [Lane]s
/// of the files and names that it concerns let it; so requests run side by side and are answered in the order in
/// which they finish.
final class SftpSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SftpSession.class);

    private static final int MAX_HANDLES = 1024;
    private static final int NAMES_PER_REPLY = 100;

    /// Data that may be on its way from the grid to the client at once.
    private static final int DATA_BYTES = 2 << 20;

    private static final int COPY_BYTES = 256 << 10;

    private final TreeSource trees;
    private final CloseRule closing;
    private final Executor threads;
    private final InstantSource clock;
    private final Map<String, Handle> handles = new ConcurrentHashMap<>();

    /// Handles that the client has closed, whether that was done yet or not.
    private final Set<String> closed = ConcurrentHashMap.newKeySet();

    /// Paths that requests under way name.
    private final Map<GridPath, Lane> names = new ConcurrentHashMap<>();

    private final AtomicLong nextHandle = new AtomicLong();
    private final Semaphore freeHandles = new Semaphore(MAX_HANDLES);
    private final Semaphore data = new Semaphore(DATA_BYTES, true);

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
            if (request instanceof SftpRequest.Close close && handles.containsKey(close.handle())) {
                closed.add(close.handle());
            }
            List<Lane.Turn> turns = turns(request);
            ReadOrder.Place place = request instanceof SftpRequest.Read read ? reads(read) : ReadOrder.anywhere();
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
            forget(request);
        }
    }

    /// Places in the order of everything that a request concerns: the handle that it names; or the paths that it
    /// names and the handles of the files that those are, so that it sees what was opened and written before it was
    /// sent.
    private List<Lane.Turn> turns(SftpRequest request) {
        return switch (request) {
            case SftpRequest.Copy copy
            when !haveOneLane(copy.handle(), copy.target()) ->
                List.of(queue(copy.handle(), Lane.Manner.LOOKS), queue(copy.target(), Lane.Manner.CHANGES));
            case SftpRequest.OnHandle onHandle -> List.of(queue(onHandle.handle(), manner(onHandle)));
            case SftpRequest.OnPaths onPaths -> queue(onPaths);
            case SftpRequest.Limits _, SftpRequest.Unsupported _ -> List.of();
        };
    }

    private boolean haveOneLane(String one, String other) {
        Handle handle = handles.get(one);
        Handle second = handles.get(other);
        return handle != null && second != null && handle.lane().equals(second.lane());
    }

    private static Lane.Manner manner(SftpRequest.OnHandle request) {
        return switch (request) {
            case SftpRequest.Read _, SftpRequest.StatHandle _, SftpRequest.SpaceHandle _ -> Lane.Manner.LOOKS;
            case SftpRequest.Close _ -> Lane.Manner.ENDS;
            case SftpRequest.Write _,
                    SftpRequest.SetStatHandle _,
                    SftpRequest.ReadDirectory _,
                    SftpRequest.Sync _,
                    SftpRequest.Copy _ -> Lane.Manner.CHANGES;
        };
    }

    private ReadOrder.Place reads(SftpRequest.Read request) {
        Handle handle = handles.get(request.handle());
        return handle == null ? ReadOrder.anywhere() : handle.lane().reads().next();
    }

    /// A handle that is not there is found out when its turn comes.
    private Lane.Turn queue(String name, Lane.Manner manner) {
        Handle handle = handles.get(name);
        return (handle == null ? new Lane() : handle.lane()).queue(manner);
    }

    private List<Lane.Turn> queue(SftpRequest.OnPaths request) {
        var turns = new ArrayList<Lane.Turn>();
        for (GridPath path : Set.copyOf(request.paths())) {
            Lane.Manner manner = request.changesNames() ? Lane.Manner.CHANGES : Lane.Manner.LOOKS;
            names.compute(path, (_, before) -> {
                Lane lane = before == null ? new Lane() : before;
                turns.add(lane.queue(manner));
                return lane;
            });
            for (Handle handle : handles.values()) {
                if (handle instanceof Handle.Opened opened
                        && opened.mode().writes()
                        && isSeenBy(request, path, opened)) {
                    turns.add(opened.lane().queue(Lane.Manner.LOOKS));
                }
            }
        }
        return turns;
    }

    /// Whether a request shows what is written to a file: it names it, or lists the directory that it is in.
    private static boolean isSeenBy(SftpRequest.OnPaths request, GridPath path, Handle.Opened opened) {
        return request instanceof SftpRequest.OpenDirectory
                ? opened.file().paths().stream().anyMatch(name -> name.parent().equals(path))
                : opened.tree().openAt(path).filter(opened.file()::equals).isPresent();
    }

    private void forget(SftpRequest request) {
        if (request instanceof SftpRequest.OnPaths onPaths) {
            for (GridPath path : onPaths.paths()) {
                names.computeIfPresent(path, (_, lane) -> lane.isIdle() ? null : lane);
            }
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
            case SftpRequest.Open open -> SftpReply.handle(id, add(() -> open(open)));
            case SftpRequest.Close close -> close(id, close);
            case SftpRequest.Read read -> read(id, read);
            case SftpRequest.Write write -> write(id, write);
            case SftpRequest.Stat stat -> SftpReply.attributes(id, trees.tree().stat(stat.path()));
            case SftpRequest.StatHandle stat ->
                SftpReply.attributes(id, opened(stat.handle()).file().status());
            case SftpRequest.SetStat set -> {
                trees.tree().setAttributes(set.path(), set.said());
                yield done(id);
            }
            case SftpRequest.SetStatHandle set -> setStat(id, set);
            case SftpRequest.OpenDirectory open -> SftpReply.handle(id, add(() -> listing(open)));
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
                Handle.Opened opened = opened(sync.handle());
                opened.tree().publish(opened.file());
                yield done(id);
            }
            case SftpRequest.Space space -> space(id, trees.tree(), space.path());
            case SftpRequest.SpaceHandle space ->
                space(id, opened(space.handle()).tree(), GridPath.ROOT);
            case SftpRequest.Copy copy -> copy(id, copy);
            case SftpRequest.Limits _ -> SftpReply.limits(id, MAX_HANDLES);
            case SftpRequest.Unsupported unsupported ->
                SftpReply.status(id, SftpStatus.unsupported(unsupported.what()));
        };
    }

    private static Buffer done(int id) {
        return SftpReply.status(id, SftpStatus.DONE);
    }

    /// Opens something that gets a handle.
    @FunctionalInterface
    private interface Opening {
        Handle open() throws IOException;
    }

    /// Opens it unless too much is open: what one client can make the gateway remember is bounded.
    private String add(Opening opening) throws IOException {
        if (!freeHandles.tryAcquire()) {
            throw new IOException("more than " + MAX_HANDLES + " files and directories are open");
        }
        try {
            Handle handle = opening.open();
            String name = Long.toString(nextHandle.incrementAndGet());
            keep(name, handle);
            return name;
        } catch (IOException | RuntimeException e) {
            freeHandles.release();
            throw e;
        }
    }

    /// Handles of one file share its lane: a client may write through one and cut the file through another.
    private synchronized void keep(String name, Handle handle) {
        handles.put(name, handle instanceof Handle.Opened opened ? opened.in(laneOf(opened)) : handle);
    }

    private Lane laneOf(Handle.Opened opened) {
        return handles.values().stream()
                .filter(other ->
                        other instanceof Handle.Opened known && known.file().equals(opened.file()))
                .map(Handle::lane)
                .findFirst()
                .orElse(opened.lane());
    }

    private Optional<Handle> remove(String name) {
        Optional<Handle> removed = Optional.ofNullable(handles.remove(name));
        removed.ifPresent(_ -> freeHandles.release());
        return removed;
    }

    private Handle handle(String name) throws IOException {
        Handle handle = handles.get(name);
        if (handle == null) {
            throw new SftpPackets.MalformedPacketException("there is no such handle");
        }
        return handle;
    }

    private Handle.Opened opened(String name) throws IOException {
        return switch (handle(name)) {
            case Handle.Opened opened -> opened;
            case Handle.Listing _ ->
                throw new SftpPackets.MalformedPacketException("the handle is a directory's, not a file's");
        };
    }

    private Handle.Opened writing(String name) throws IOException {
        Handle.Opened opened = opened(name);
        if (!opened.mode().writes()) {
            throw new SftpPackets.MalformedPacketException("the file is not open for writing");
        }
        return opened;
    }

    private Handle.Opened reading(String name) throws IOException {
        Handle.Opened opened = opened(name);
        if (!opened.mode().reads()) {
            throw new SftpPackets.MalformedPacketException("the file is not open for reading");
        }
        return opened;
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
        Handle handle = handle(request.handle());
        remove(request.handle());
        closed.remove(request.handle());
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
        TreeFile file = reading(request.handle()).file();
        byte[] packet = SftpReply.roomForData(request.bytes());
        int read = file.read(request.offset(), packet, SftpReply.dataAt(), request.bytes());
        return read < 0 ? SftpReply.status(id, SftpStatus.END) : SftpReply.data(id, packet, read);
    }

    private Buffer write(int id, SftpRequest.Write request) throws IOException {
        Handle.Opened opened = writing(request.handle());
        ByteBuffer data = request.data();
        if (opened.mode().appends()) {
            opened.file().append(data.array(), data.arrayOffset() + data.position(), data.remaining());
        } else {
            opened.file().write(request.offset(), data.array(), data.arrayOffset() + data.position(), data.remaining());
        }
        return done(id);
    }

    private Buffer setStat(int id, SftpRequest.SetStatHandle request) throws IOException {
        Handle.Opened opened = opened(request.handle());
        if (request.said().size().isPresent()) {
            writing(request.handle()).file().truncate(request.said().size().getAsLong());
        }
        opened.tree().setAttributes(opened.file(), request.said().metadata());
        return done(id);
    }

    private Buffer readDirectory(int id, SftpRequest.ReadDirectory request) throws IOException {
        if (!(handle(request.handle()) instanceof Handle.Listing listing)) {
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
        TreeFile source = reading(request.handle()).file();
        TreeFile target = writing(request.target()).file();
        long bytes = copied(request, source.status().bytes());
        if (source.equals(target) && Math.abs(request.offset() - request.targetOffset()) < bytes) {
            throw new SftpPackets.MalformedPacketException("a file is not copied over the bytes that are copied");
        }
        var piece = new byte[COPY_BYTES];
        for (long done = 0; done < bytes; ) {
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
        for (String name : List.copyOf(handles.keySet())) {
            if (closed.contains(name)) {
                continue;
            }
            Lane.Turn turn = queue(name, Lane.Manner.ENDS);
            threads.execute(() -> leave(name, turn));
        }
    }

    private void leave(String name, Lane.Turn turn) {
        try {
            turn.await();
            if (remove(name).orElse(null) instanceof Handle.Opened opened) {
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
