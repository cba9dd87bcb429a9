package org.truckee.sftp;

import java.time.InstantSource;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.files.GridFiles;

/// What all files of a tree have in common.
///
/// @param linking held while a file is linked; held alone where several are to have one name, and while names are
/// taken
///     away because of what they stand for: what is linked there meanwhile may look the same, as empty files do
record TreeGround(DirectoryCap root, GridFiles files, OpenFiles open, ReadWriteLock linking, InstantSource clock) {
    TreeGround(DirectoryCap root, GridFiles files, OpenFiles open, InstantSource clock) {
        this(root, files, open, new ReentrantReadWriteLock(), clock);
    }
}
