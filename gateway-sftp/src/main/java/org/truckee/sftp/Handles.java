package org.truckee.sftp;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/// What one client has open, by the names that it knows it by. Safe for use by any number of threads.
final class Handles {
    static final int MOST = 1024;

    private final Map<String, Handle> open = new ConcurrentHashMap<>();

    /// Those that the client has closed, whether that was done yet or not.
    private final Set<String> closed = ConcurrentHashMap.newKeySet();

    private final AtomicLong last = new AtomicLong();
    private final Semaphore free = new Semaphore(MOST);

    /// Opens something that gets a handle.
    @FunctionalInterface
    interface Opening {
        Handle open() throws IOException;
    }

    /// Opens it unless too much is open: what one client can make the gateway remember is bounded.
    String add(Opening opening) throws IOException {
        if (!free.tryAcquire()) {
            throw new IOException("more than " + MOST + " files and directories are open");
        }
        try {
            Handle handle = opening.open();
            String name = Long.toString(last.incrementAndGet());
            keep(name, handle);
            return name;
        } catch (IOException | RuntimeException e) {
            free.release();
            throw e;
        }
    }

    /// Handles of one file share its lane: a client may write through one and cut the file through another.
    private synchronized void keep(String name, Handle handle) {
        open.put(name, handle instanceof Handle.Opened opened ? opened.in(laneOf(opened)) : handle);
    }

    private Lane laneOf(Handle.Opened opened) {
        return open.values().stream()
                .filter(other ->
                        other instanceof Handle.Opened known && known.file().equals(opened.file()))
                .map(Handle::lane)
                .findFirst()
                .orElse(opened.lane());
    }

    /// The handle, which is none any more; empty if it was none.
    Optional<Handle> remove(String name) {
        closed.remove(name);
        Optional<Handle> removed = Optional.ofNullable(open.remove(name));
        removed.ifPresent(_ -> free.release());
        return removed;
    }

    Optional<Handle> find(String name) {
        return Optional.ofNullable(open.get(name));
    }

    Handle get(String name) throws IOException {
        return find(name).orElseThrow(() -> new SftpPackets.MalformedPacketException("there is no such handle"));
    }

    Handle.Opened opened(String name) throws IOException {
        return switch (get(name)) {
            case Handle.Opened opened -> opened;
            case Handle.Listing _ ->
                throw new SftpPackets.MalformedPacketException("the handle is a directory's, not a file's");
        };
    }

    Handle.Opened writing(String name) throws IOException {
        Handle.Opened opened = opened(name);
        if (!opened.mode().writes()) {
            throw new AccessDeniedException("the file", null, "is not open for writing");
        }
        return opened;
    }

    Handle.Opened reading(String name) throws IOException {
        Handle.Opened opened = opened(name);
        if (!opened.mode().reads()) {
            throw new AccessDeniedException("the file", null, "is not open for reading");
        }
        return opened;
    }

    List<Handle> all() {
        return List.copyOf(open.values());
    }

    /// The client has closed it, which is yet to be done.
    void closing(String name) {
        if (open.containsKey(name)) {
            closed.add(name);
        }
    }

    /// Those that the client has not closed.
    List<String> notClosed() {
        return open.keySet().stream().filter(name -> !closed.contains(name)).toList();
    }
}
