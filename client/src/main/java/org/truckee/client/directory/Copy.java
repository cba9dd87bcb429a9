package org.truckee.client.directory;

import org.truckee.client.mutable.Checkstring;

/// A proven copy of a directory as it was read: which version, and what it says.
record Copy(Checkstring checkstring, long sequenceNumber, DirectorySet set) {}
