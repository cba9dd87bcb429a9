package org.truckee.sftp;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.truckee.client.files.FileStatus;

/// What a client has open, and the order of its requests on it, which several handles of one file share.
sealed interface Handle {
    Lane lane();

    /// A file of a tree.
    record Opened(Lane lane, Tree tree, TreeFile file, OpenMode mode) implements Handle {
        Opened in(Lane other) {
            return new Opened(other, tree, file, mode);
        }
    }

    /// A directory, as it was when it was opened, and the names that were not asked for yet.
    record Listing(Lane lane, ArrayDeque<Map.Entry<String, FileStatus>> names) implements Handle {
        SequencedMap<String, FileStatus> next(int count) {
            var next = new LinkedHashMap<String, FileStatus>();
            while (next.size() < count && !names.isEmpty()) {
                var entry = names.remove();
                next.put(entry.getKey(), entry.getValue());
            }
            return next;
        }
    }
}
