package org.truckee.client.check;

/// What a caretaker does with what lacks something.
public enum Repairing {
    /// It makes it good.
    AUTO,
    /// It says so.
    REPORT,
    /// It does not look, and renews leases only.
    OFF
}
