package org.truckee.client;

import java.security.SecureRandom;
import java.time.InstantSource;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.check.Checker;
import org.truckee.client.directory.Directories;
import org.truckee.client.files.GridFiles;
import org.truckee.client.files.UploadPolicy;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.Transfers;
import org.truckee.client.immutable.Helping;
import org.truckee.client.immutable.ImmutableFiles;
import org.truckee.client.immutable.Incarnations;
import org.truckee.client.mutable.KeyPool;
import org.truckee.client.mutable.MutableFiles;
import org.truckee.crypto.LeaseSecret;

/// A grid of storage servers as one client uses it. Safe for use by any number of threads.
public final class Grid implements AutoCloseable {
    private final InstantSource clock;
    private final MutableFiles mutableFiles;
    private final Directories directories;
    private final ImmutableFiles immutableFiles;
    private final Transfers transfers;
    private final Checker checker;

    /// For a client whose unfinished uploads no later run has to clear away.
    public Grid(
            KnownServers servers,
            LeaseSecret leaseSecret,
            UploadPolicy policy,
            int directoryCopies,
            KeyPool keys,
            SecureRandom random,
            InstantSource clock) {
        this(servers, leaseSecret, Incarnations.unremembered(random), policy, directoryCopies, keys, random, clock);
    }

    /// New directories are kept as `directoryCopies` whole copies, but at most as many as files have shares or there
    /// are servers.
    public Grid(
            KnownServers servers,
            LeaseSecret leaseSecret,
            Incarnations incarnations,
            UploadPolicy policy,
            int directoryCopies,
            KeyPool keys,
            SecureRandom random,
            InstantSource clock) {
        this(servers, leaseSecret, incarnations, policy, Helping.none(), directoryCopies, keys, random, clock);
    }

    /// For a client that sends files through helpers where that is better.
    public Grid(
            KnownServers servers,
            LeaseSecret leaseSecret,
            Incarnations incarnations,
            UploadPolicy policy,
            Helping helping,
            int directoryCopies,
            KeyPool keys,
            SecureRandom random,
            InstantSource clock) {
        this.clock = clock;
        this.mutableFiles = new MutableFiles(servers, leaseSecret, policy.happy(), keys, random);
        this.transfers = new Transfers(clock);
        this.immutableFiles = new ImmutableFiles(
                servers,
                leaseSecret,
                incarnations,
                new ImmutableFiles.Policy(policy.encoding(), policy.happy(), policy.convergence()),
                helping,
                transfers,
                random);
        int copies = Math.min(directoryCopies, policy.encoding().total());
        this.directories = new Directories(mutableFiles, immutableFiles, servers, copies, random, clock);
        this.checker = new Checker(servers, leaseSecret, mutableFiles, immutableFiles, directories);
    }

    public Directories directories() {
        return directories;
    }

    public ImmutableFiles immutableFiles() {
        return immutableFiles;
    }

    public MutableFiles mutableFiles() {
        return mutableFiles;
    }

    /// Looks after single files and directories.
    public Checker checker() {
        return checker;
    }

    /// What is being moved, and lately was.
    public Transfers transfers() {
        return transfers;
    }

    /// The tree below a directory.
    public GridFiles files(DirectoryCap root) {
        return new GridFiles(root, directories, mutableFiles, immutableFiles, clock);
    }

    /// Ends what goes on in the background.
    @Override
    public void close() {
        directories.close();
        immutableFiles.close();
    }
}
