package org.truckee.sftp;

/// When the end of writing is answered.
enum CloseRule {
    /// When the file is on the grid.
    GRID,
    /// When it is on the gateway's disk for certain.
    STAGED
}
