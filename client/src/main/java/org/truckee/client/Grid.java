package org.truckee.client;

import java.security.SecureRandom;
import java.time.InstantSource;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.directory.Directories;
import org.truckee.client.files.GridFiles;
import org.truckee.client.files.UploadPolicy;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.Transfers;
import org.truckee.client.immutable.Uploader;
import org.truckee.client.mutable.KeyPool;
import org.truckee.client.mutable.MutableFiles;
import org.truckee.crypto.LeaseSecret;

/// A grid of storage servers as one client uses it. Safe for use by any number of threads.
public final class Grid implements AutoCloseable {
    /// Directories that can be made in a row without waiting for a key.
    private static final int READY_KEYS = 8;

    private final KnownServers servers;
    private final InstantSource clock;
    private final boolean closesKeys;
    private final UploadPolicy policy;
    private final MutableFiles mutableFiles;
    private final Directories directories;
    private final Uploader uploader;
    private final Transfers transfers;

    /// New directories are kept as `directoryCopies` whole copies, but at most as many as files have shares or there
    /// are
    /// servers.
    public Grid(
            KnownServers servers,
            LeaseSecret leaseSecret,
            UploadPolicy policy,
            int directoryCopies,
            SecureRandom random,
            InstantSource clock) {
        this(servers, leaseSecret, policy, directoryCopies, new KeyPool(READY_KEYS, random), true, random, clock);
    }

    /// The same, with signing keys from a pool that stays its maker's.
    public Grid(
            KnownServers servers,
            LeaseSecret leaseSecret,
            UploadPolicy policy,
            int directoryCopies,
            KeyPool keys,
            SecureRandom random,
            InstantSource clock) {
        this(servers, leaseSecret, policy, directoryCopies, keys, false, random, clock);
    }

    private Grid(
            KnownServers servers,
            LeaseSecret leaseSecret,
            UploadPolicy policy,
            int directoryCopies,
            KeyPool keys,
            boolean closesKeys,
            SecureRandom random,
            InstantSource clock) {
        this.closesKeys = closesKeys;
        this.servers = servers;
        this.clock = clock;
        this.policy = policy;
        this.mutableFiles = new MutableFiles(servers, leaseSecret, policy.happy(), keys, random);
        int copies = Math.min(directoryCopies, policy.encoding().total());
        this.directories = new Directories(mutableFiles, servers, copies, random, clock);
        this.transfers = new Transfers(clock);
        this.uploader = new Uploader(servers, leaseSecret, random);
    }

    public Directories directories() {
        return directories;
    }

    /// What is being moved, and lately was.
    public Transfers transfers() {
        return transfers;
    }

    /// The tree below a directory.
    public GridFiles files(DirectoryCap root) {
        return new GridFiles(root, directories, mutableFiles, uploader, servers, policy, clock);
    }

    /// Ends what goes on in the background.
    @Override
    public void close() {
        directories.close();
        if (closesKeys) {
            mutableFiles.keys().close();
        }
    }
}
