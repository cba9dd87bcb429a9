package org.truckee.client.directory;

import java.nio.file.FileAlreadyExistsException;
import java.util.Optional;

/// The names in one directory, while a change is made to them.
public interface Names {
    Optional<Entry> get(String name);

    /// Gives a child a name, in place of what has it.
    void put(Entry entry);

    /// Gives a child a name that nothing has, now and when the change is committed.
    void add(Entry entry) throws FileAlreadyExistsException;

    /// Takes a name away; says whether it was there.
    boolean remove(String name);
}
