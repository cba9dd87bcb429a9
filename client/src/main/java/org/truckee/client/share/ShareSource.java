package org.truckee.client.share;

import java.io.IOException;

/// Where the bytes of one share come from: a server, or a file.
@FunctionalInterface
public interface ShareSource {
    /// The `length` bytes at `offset`, or as many of them as the share has.
    byte[] read(long offset, int length) throws IOException;
}
