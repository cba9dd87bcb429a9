package org.truckee.protocol.storage;

import java.util.List;

/// What became of a write to an allocated share.
public sealed interface WriteAnswer {
    /// It is written; what is still `missing`, in ascending order. When nothing is, the share is complete and durable.
    record Written(List<ByteRange> missing) implements WriteAnswer {
        public Written {
            missing = List.copyOf(missing);
        }

        public boolean complete() {
            return missing.isEmpty();
        }
    }

    /// It is not.
    enum Refused implements WriteAnswer {
        /// Nothing is allocated: never was, or it is complete, aborted, or forgotten after half an hour of silence.
        NOT_ALLOCATED,
        /// Somebody else allocated it.
        OTHER_SECRET,
        /// Other bytes stand there already; pieces before the first different one may have been written.
        CONFLICT,
        /// The bytes lie beyond the size that was allocated.
        BEYOND_END
    }
}
