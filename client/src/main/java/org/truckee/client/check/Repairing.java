package org.truckee.client.check;

/// What a caretaker does with what lacks something.
public enum Repairing {
    /// It makes it good.
    AUTO,
    /// It says so.
    REPORT,
    /// It leaves it, and says nothing; leases are renewed.
    OFF
}
