package org.truckee.protocol.storage;

/// A place to read in every share of a slot.
public record ReadVector(long offset, long length) {}
