package org.truckee.client.check;

import java.util.List;
import org.truckee.client.cap.Cap;

/// What a walk over a tree comes by.
public sealed interface Met {
    /// The names that lead there; none to the root.
    List<String> path();

    /// A file or directory that was looked after.
    record Looked(List<String> path, Cap cap, Checked checked) implements Met {
        public Looked {
            path = List.copyOf(path);
        }
    }

    /// Something that lies in its directory.
    record Literal(List<String> path, Cap cap) implements Met {
        public Literal {
            path = List.copyOf(path);
        }
    }

    /// Something that was passed over: it cannot be looked after, or its names cannot be read.
    record Unreadable(List<String> path, String why) implements Met {
        public Unreadable {
            path = List.copyOf(path);
        }
    }
}
