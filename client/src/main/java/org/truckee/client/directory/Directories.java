package org.truckee.client.directory;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.cap.MutableReadCap;
import org.truckee.client.cap.MutableVerifyCap;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.immutable.ChkFile;
import org.truckee.client.mutable.MutableFiles;

/// Makes, reads and changes directories. Safe for use by any number of threads.
public final class Directories {
    private final MutableFiles mutableFiles;
    private final KnownServers servers;
    private final int copies;

    /// One change at a time for each directory within this process; the servers sort out those of other processes.
    private final Map<MutableWriteCap, ReentrantLock> locks = new ConcurrentHashMap<>();

    /// New directories are kept as `copies` whole copies, or as many as there are servers.
    public Directories(MutableFiles mutableFiles, KnownServers servers, int copies) {
        this.mutableFiles = mutableFiles;
        this.servers = servers;
        this.copies = copies;
    }

    /// Changes a table; may be called more than once, each time on the newest one.
    @FunctionalInterface
    public interface Change {
        void apply(DirectoryTable table) throws IOException;
    }

    /// Makes an empty directory.
    public DirectoryCap create() throws IOException {
        int total = Math.clamp(servers.connected().size(), 1, copies);
        return new DirectoryCap(mutableFiles.create(new byte[0], new Encoding(1, total)));
    }

    /// The newest table of a directory.
    public DirectoryTable read(DirectoryCap directory) throws IOException {
        return switch (directory.file()) {
            case MutableWriteCap cap ->
                DirectoryTable.parse(mutableFiles.read(cap.readOnly()), Optional.of(cap.writeKey()));
            case MutableReadCap cap -> DirectoryTable.parse(mutableFiles.read(cap), Optional.empty());
            case LiteralCap cap -> DirectoryTable.parseImmutable(cap.data());
            case ChkReadCap cap -> DirectoryTable.parseImmutable(readWhole(cap));
            case ChkVerifyCap _, MutableVerifyCap _ ->
                throw new IOException("a directory cannot be read with its verify capability");
        };
    }

    private byte[] readWhole(ChkReadCap cap) throws IOException {
        var bytes = new byte[Math.toIntExact(cap.size())];
        new ChkFile(cap, servers).read(0, bytes, 0, bytes.length);
        return bytes;
    }

    /// Changes a directory.
    public void modify(DirectoryCap directory, Change change) throws IOException {
        if (!(directory.file() instanceof MutableWriteCap cap)) {
            throw new IOException("the directory can only be read");
        }
        ReentrantLock lock = locks.computeIfAbsent(cap, _ -> new ReentrantLock());
        lock.lock();
        try {
            mutableFiles.modify(cap, contents -> {
                var table = DirectoryTable.parse(contents, Optional.of(cap.writeKey()));
                change.apply(table);
                return table.toBytes();
            });
        } finally {
            lock.unlock();
        }
    }
}
