package org.truckee.client.files;

/// What a rename does about a name that is taken.
public enum RenameRule {
    /// What was there goes, in one step within a directory; only an empty directory makes way, and only for another.
    REPLACE,
    /// The rename is refused.
    IF_ABSENT
}
