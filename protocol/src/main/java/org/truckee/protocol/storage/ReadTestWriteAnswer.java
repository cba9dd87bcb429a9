package org.truckee.protocol.storage;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/// What became of a read-test-write.
public sealed interface ReadTestWriteAnswer {
    /// The tests were made. `data` holds, for every share that was there before, one buffer per read vector.
    record Tested(boolean written, Map<Integer, List<ByteBuffer>> data) implements ReadTestWriteAnswer {
        public Tested {
            data = Map.copyOf(data);
        }
    }

    /// The shares there were first written with another write enabler, so nothing was done.
    record WrongWriteEnabler() implements ReadTestWriteAnswer {}

    /// The tests may have passed, but the server has no room for what was to be written, so nothing was done.
    record NoRoom() implements ReadTestWriteAnswer {}
}
