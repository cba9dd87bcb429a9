package org.truckee.client.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.protocol.node.WholeFile;

/// What a caretaker remembers from one process to the next, as JSON in a file that only its owner can read: it names
/// files. Times are seconds since 1970, 0 where there was none.
///
/// @param walk under way, or over if its `startedAt` is 0
/// @param last the last walk that came to its end
/// @param seenAt when each server last was connected, by id
/// @param renewedAt the begin of the last walk that renewed everything on a server, by id
/// @param unfinished verify capabilities of files that were uploaded to fewer servers than they have shares
record CareState(
        Walk walk, Finished last, Map<String, Long> seenAt, Map<String, Long> renewedAt, Set<String> unfinished) {
    private static final Logger LOG = LoggerFactory.getLogger(CareState.class);
    private static final ObjectMapper JSON = new JsonMapper();

    static final CareState FIRST = new CareState(Walk.NONE, Finished.NONE, Map.of(), Map.of(), Set.of());

    CareState {
        seenAt = new TreeMap<>(seenAt);
        renewedAt = new TreeMap<>(renewedAt);
        unfinished = Set.copyOf(unfinished);
    }

    /// How far a walk is.
    ///
    /// @param trees that it has gone over
    /// @param behind the path that was met last in the tree that it is in; none if `begun` is false
    /// @param servers that were connected when it began
    /// @param notRenewed servers that did not renew a lease
    record Walk(
            long startedAt,
            int trees,
            boolean begun,
            List<String> behind,
            WalkCounts counts,
            Set<String> servers,
            Set<String> notRenewed) {
        static final Walk NONE = new Walk(0, 0, false, List.of(), WalkCounts.NONE, Set.of(), Set.of());

        Walk {
            behind = List.copyOf(behind);
            servers = Set.copyOf(servers);
            notRenewed = Set.copyOf(notRenewed);
        }

        Walk at(List<String> path, WalkCounts found, Set<String> failing) {
            return new Walk(startedAt, trees, true, path, found, servers, failing);
        }
    }

    /// A walk that is over.
    ///
    /// @param servers that were connected when it began
    /// @param unlinkedBytes on servers, of shares that it did not meet; -1 if that is not known
    record Finished(
            long startedAt,
            long completedAt,
            WalkCounts counts,
            Set<String> servers,
            Set<String> graced,
            long unlinkedBytes) {
        static final Finished NONE = new Finished(0, 0, WalkCounts.NONE, Set.of(), Set.of(), -1);

        Finished {
            servers = Set.copyOf(servers);
            graced = Set.copyOf(graced);
        }
    }

    /// What stands in `file`; a file that is not there or cannot be understood is a first start.
    static CareState load(Path file) throws IOException {
        if (!Files.exists(file)) {
            return FIRST;
        }
        try {
            @Nullable CareState state = JSON.readValue(Files.readAllBytes(file), CareState.class);
            return state == null ? FIRST : state;
        } catch (JsonProcessingException | RuntimeException e) {
            LOG.atWarn().addKeyValue("file", file).log("the notes of the last walk cannot be read; it begins anew");
            return FIRST;
        }
    }

    void save(Path file) throws IOException {
        WholeFile.writeSecret(file, JSON.writeValueAsString(this) + "\n");
    }
}
