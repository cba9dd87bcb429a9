package org.truckee.client.directory;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.cap.MutableFormat;
import org.truckee.client.cap.MutableReadCap;
import org.truckee.client.cap.MutableVerifyCap;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.ServerSelector;
import org.truckee.client.health.FileHealth;
import org.truckee.client.immutable.ImmutableFiles;
import org.truckee.client.mutable.MutableFiles;
import org.truckee.crypto.MutableSigningKey;

/// Makes, reads and changes directories. Those that it makes are replicated sets ([ReplicatedDirectory]), which any
/// number of clients may change at the same time; others keep the way they were made. Safe for use by any number of
/// threads.
public final class Directories implements AutoCloseable {
    private static final int MAX_OPEN = 1000;

    /// Links in directories that were only read, all together: of 1 to 2 kB each in memory.
    private static final long MAX_LINKS = 50_000;

    private final MutableFiles mutableFiles;
    private final ImmutableFiles immutableFiles;
    private final KnownServers servers;
    private final int copies;
    private final SecureRandom random;
    private final InstantSource clock;
    private final PublishRule rule = new PublishRule(new Merge());
    private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();

    /// The directories used last. One that is forgotten is read anew when it is used again, and written by a new
    /// writer. Guarded by itself.
    private final Map<DirectoryCap, Gate> open = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<DirectoryCap, Gate> eldest) {
            if (size() > MAX_OPEN) {
                links -= eldest.getValue().links;
                return true;
            }
            return false;
        }
    };

    /// Lets changes into a directory, until it is removed.
    private static final class Gate {
        /// Held for writing while the directory must not change.
        final ReadWriteLock lock = new ReentrantReadWriteLock();

        volatile boolean removed;

        /// Set under this object's monitor; taken away whenever memory is short.
        volatile @Nullable OpenDirectory directory;

        /// Those that can be forgotten, as counted last. Guarded by the monitor of `open`.
        int links;
    }

    /// Those of all gates. Guarded by the monitor of `open`.
    private long links;

    /// New directories are kept as `copies` whole copies, or as many as there are servers.
    public Directories(
            MutableFiles mutableFiles,
            ImmutableFiles immutableFiles,
            KnownServers servers,
            int copies,
            SecureRandom random,
            InstantSource clock) {
        this.mutableFiles = mutableFiles;
        this.immutableFiles = immutableFiles;
        this.servers = servers;
        this.copies = copies;
        this.random = random;
        this.clock = clock;
    }

    /// Makes an empty directory.
    public DirectoryCap create() throws IOException {
        MutableSigningKey key = mutableFiles.keys().take();
        var cap = MutableWriteCap.of(MutableFormat.SDMF, key);
        List<GridServer> ring = ServerSelector.inOrder(
                servers.connected(), cap.readOnly().readKey().storageIndex());
        if (ring.isEmpty()) {
            throw new IOException("no directory can be made: no server is connected");
        }
        ReplicatedDirectory made = replicated(cap.readOnly(), Optional.of(cap));
        made.create(key, ring.subList(0, Math.min(copies, ring.size())));
        var directory = new DirectoryCap(cap);
        gate(directory).directory = made;
        return directory;
    }

    /// The names in a directory: changes made here at once, those made elsewhere after at most 2 s.
    public Listing read(DirectoryCap directory) throws IOException {
        try {
            return open(directory).read();
        } finally {
            weigh(directory);
        }
    }

    /// Changes a directory. The change is made when this returns; where it says that it may still appear, it may.
    public void change(DirectoryCap directory, Change change) throws IOException {
        if (!(directory.file() instanceof MutableWriteCap)) {
            throw new AccessDeniedException("the directory can only be read");
        }
        Gate gate = gate(directory);
        gate.lock.readLock().lock();
        try {
            if (gate.removed) {
                throw new NoSuchFileException("the directory was removed");
            }
            open(directory).change(change);
        } finally {
            gate.lock.readLock().unlock();
            weigh(directory);
        }
    }

    /// Removes something whose contents must not be lost.
    @FunctionalInterface
    public interface Removal {
        void remove() throws IOException;
    }

    /// Removes an empty directory by `removal`, and lets nobody in this process put anything into it meanwhile or
    /// later.
    ///
    /// @throws DirectoryNotEmptyException if it is not empty
    public void removeEmpty(DirectoryCap directory, String name, Removal removal) throws IOException {
        Gate gate = gate(directory);
        gate.lock.writeLock().lock();
        try {
            if (!open(directory).readNow().isEmpty()) {
                throw new DirectoryNotEmptyException(name);
            }
            removal.remove();
            gate.removed = true;
        } finally {
            gate.lock.writeLock().unlock();
        }
    }

    /// Says how the shares of a mutable directory at `from` are; with `verify`, read to the last byte.
    public FileHealth check(DirectoryCap directory, MutableVerifyCap verifier, KnownServers from, boolean verify)
            throws IOException {
        List<GridServer> asked = from.connected();
        FileHealth shares = mutableFiles.check(verifier, asked, verify);
        try {
            return withHomes(directory, shares, asked);
        } finally {
            weigh(directory);
        }
    }

    private FileHealth withHomes(DirectoryCap directory, FileHealth shares, List<GridServer> asked) throws IOException {
        return shares.isRecoverable() && isReadable(directory) && open(directory) instanceof ReplicatedDirectory ours
                ? ours.health(shares, asked, copies)
                : shares;
    }

    private static boolean isReadable(DirectoryCap directory) {
        return !(directory.file() instanceof MutableVerifyCap);
    }

    /// Gives a directory all copies or shares that it should have, on servers of `onto`.
    public void repair(DirectoryCap directory, MutableWriteCap cap, KnownServers onto, boolean verify)
            throws IOException {
        if (open(directory) instanceof ReplicatedDirectory ours) {
            ours.repair(onto, copies);
        } else {
            mutableFiles.repair(cap, onto, verify);
        }
    }

    private Gate gate(DirectoryCap directory) {
        synchronized (open) {
            return open.computeIfAbsent(directory, _ -> new Gate());
        }
    }

    /// Forgets what is in the directories that were used longest ago, if with this one too much is in memory.
    private void weigh(DirectoryCap directory) {
        synchronized (open) {
            Gate gate = open.get(directory);
            if (gate != null) {
                weigh(gate);
                if (links > MAX_LINKS) {
                    forgetOthers(gate);
                }
            }
        }
    }

    private void weigh(Gate gate) {
        OpenDirectory known = gate.directory;
        int now = known == null ? 0 : known.forgettable();
        links += now - gate.links;
        gate.links = now;
    }

    private void forgetOthers(Gate used) {
        for (Gate gate : open.values()) {
            weigh(gate);
            if (gate != used && gate.links > 0 && links > MAX_LINKS) {
                gate.directory = null;
                weigh(gate);
            }
        }
    }

    private OpenDirectory open(DirectoryCap directory) throws IOException {
        Gate gate = gate(directory);
        synchronized (gate) {
            OpenDirectory known = gate.directory;
            if (known == null) {
                known = openAnew(directory);
                gate.directory = known;
            }
            return known;
        }
    }

    private OpenDirectory openAnew(DirectoryCap directory) throws IOException {
        return switch (directory.file()) {
            case MutableWriteCap cap -> openMutable(cap.readOnly(), Optional.of(cap));
            case MutableReadCap cap -> openMutable(cap, Optional.empty());
            case LiteralCap cap -> fixed(cap.data());
            case ChkReadCap cap -> fixed(immutableFiles.read(cap));
            case ChkVerifyCap _, MutableVerifyCap _ ->
                throw new IOException("a directory cannot be read with its verify capability");
        };
    }

    private OpenDirectory openMutable(MutableReadCap cap, Optional<MutableWriteCap> writeCap) throws IOException {
        ReplicatedDirectory replicated = replicated(cap, writeCap);
        if (replicated.isFound()) {
            return replicated;
        }
        var tahoe = new TahoeDirectory(cap, writeCap, mutableFiles, clock);
        tahoe.readNow(); // or it is not known what it is
        return tahoe;
    }

    private ReplicatedDirectory replicated(MutableReadCap cap, Optional<MutableWriteCap> writeCap) {
        return new ReplicatedDirectory(
                cap, writeCap, mutableFiles.slots(cap), servers, rule, random, clock, background);
    }

    private static OpenDirectory fixed(byte[] table) {
        return new OpenDirectory.Fixed(Listing.of(DirectoryTable.parseImmutable(table)));
    }

    /// Ends what goes on in the background.
    @Override
    public void close() {
        background.shutdownNow();
    }
}
