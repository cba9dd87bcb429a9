package org.truckee.client.directory;

import java.io.IOException;

/// A change of the names in one directory. An exception means that nothing is to be changed.
@FunctionalInterface
public interface Change {
    void apply(Names names) throws IOException;
}
