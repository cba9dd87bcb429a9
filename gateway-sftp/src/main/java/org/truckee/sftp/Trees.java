package org.truckee.sftp;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.truckee.client.Grid;
import org.truckee.client.cap.DirectoryCap;

/// The trees that a gateway shows. Everybody who uses one shares it, because what one has open the others see.
final class Trees {
    private final Map<DirectoryCap, Tree> trees = new ConcurrentHashMap<>();
    private final Grid grid;
    private final Staging staging;
    private final LongSupplier gridBytes;
    private final InstantSource clock;

    /// `gridBytes` is how much of files the grid can take.
    Trees(Grid grid, Staging staging, LongSupplier gridBytes, InstantSource clock) {
        this.grid = grid;
        this.staging = staging;
        this.gridBytes = gridBytes;
        this.clock = clock;
    }

    Tree tree(DirectoryCap root) {
        return trees.computeIfAbsent(
                root, directory -> new Tree(directory, grid.files(directory), staging, gridBytes, clock));
    }

    /// Those that somebody has used.
    List<Tree> all() {
        return List.copyOf(trees.values());
    }
}
