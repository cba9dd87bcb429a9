package org.truckee.storage;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.check.Caretaker;
import org.truckee.client.grid.GridServer;
import org.truckee.client.immutable.ReducedUploads;
import org.truckee.protocol.introducer.ServerId;

/// What a caretaker finds in a gateway of one tree that nobody is using.
record OneTree(DirectoryCap root, List<GridServer> servers, ReducedUploads reduced) implements Caretaker.Surroundings {
    @Override
    public List<DirectoryCap> trees() {
        return List.of(root);
    }

    @Override
    public Set<ServerId> expected() {
        return servers.stream().map(GridServer::id).collect(Collectors.toSet());
    }

    @Override
    public long uploads() {
        return 0;
    }

    @Override
    public OptionalLong usedBytes() {
        return OptionalLong.empty();
    }
}
