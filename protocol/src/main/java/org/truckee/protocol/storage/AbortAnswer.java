package org.truckee.protocol.storage;

/// What became of an abort.
public enum AbortAnswer {
    ABORTED,
    NOT_ALLOCATED,
    ALREADY_COMPLETE,
    OTHER_SECRET
}
