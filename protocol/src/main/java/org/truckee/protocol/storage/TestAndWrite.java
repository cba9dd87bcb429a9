package org.truckee.protocol.storage;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/// What to do with one mutable share, if the tests of all shares named pass. Without tests and writes the share is
/// created empty. A `newLength` of 0 deletes it, a smaller one than its own cuts it, a larger one changes nothing.
public record TestAndWrite(List<Test> tests, List<Write> writes, OptionalLong newLength) {
    /// Passes if the `length` bytes at `offset`, or as many as there are, equal `specimen`.
    /// One byte at 0 with an empty specimen: the share must not exist, or be empty.
    public record Test(long offset, long length, ByteBuffer specimen) {
        public Test {
            specimen = specimen.asReadOnlyBuffer();
        }
    }

    /// Later ones win where they overlap; a gap before one is filled with zeros.
    public record Write(long offset, ByteBuffer data) {
        public Write {
            data = data.asReadOnlyBuffer();
        }
    }

    public TestAndWrite {
        tests = List.copyOf(tests);
        writes = List.copyOf(writes);
    }
}
