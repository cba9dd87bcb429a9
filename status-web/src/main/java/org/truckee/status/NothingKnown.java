package org.truckee.status;

/// A service that cannot say anything of itself.
record NothingKnown() implements Status.Details {}
