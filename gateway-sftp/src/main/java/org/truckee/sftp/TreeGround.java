package org.truckee.sftp;

import java.time.InstantSource;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.files.GridFiles;

/// What all files of a tree have in common.
record TreeGround(DirectoryCap root, GridFiles files, OpenFiles open, InstantSource clock) {}
