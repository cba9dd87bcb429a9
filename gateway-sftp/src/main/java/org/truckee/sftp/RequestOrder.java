package org.truckee.sftp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.truckee.client.files.GridPath;

/// Which requests of one client wait for which others: those on a file, through whatever handle, and those on a name
/// keep their order. Places are taken in the order in which requests arrive, by one thread; the rest is safe for use
/// by any number of threads.
final class RequestOrder {
    private final Handles handles;

    /// Paths that requests under way name.
    private final Map<GridPath, Lane> names = new ConcurrentHashMap<>();

    RequestOrder(Handles handles) {
        this.handles = handles;
    }

    /// Places in the order of everything that a request concerns: the handle that it names; or the paths that it
    /// names and the handles of the files that those are, so that it sees what was opened and written before it was
    /// sent.
    List<Lane.Turn> turns(SftpRequest request) {
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
        Optional<Lane> lane = handles.find(one).map(Handle::lane);
        return lane.isPresent() && lane.equals(handles.find(other).map(Handle::lane));
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

    /// Where a request stands among the reads of its file, if it is one.
    ReadOrder.Place place(SftpRequest request) {
        return request instanceof SftpRequest.Read read
                ? handles.find(read.handle())
                        .map(handle -> handle.lane().reads().next())
                        .orElseGet(ReadOrder::anywhere)
                : ReadOrder.anywhere();
    }

    /// A place behind everything that was asked of a handle.
    Lane.Turn end(String handle) {
        return queue(handle, Lane.Manner.ENDS);
    }

    /// A handle that is not there is found out when its turn comes.
    private Lane.Turn queue(String name, Lane.Manner manner) {
        return handles.find(name).map(Handle::lane).orElseGet(Lane::new).queue(manner);
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
            for (Handle handle : handles.all()) {
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

    /// Lets go of what only this request needed.
    void forget(SftpRequest request) {
        if (request instanceof SftpRequest.OnPaths onPaths) {
            for (GridPath path : onPaths.paths()) {
                names.computeIfPresent(path, (_, lane) -> lane.isIdle() ? null : lane);
            }
        }
    }
}
