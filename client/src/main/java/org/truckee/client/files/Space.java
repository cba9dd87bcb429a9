package org.truckee.client.files;

/// How much a grid can take, as far as its servers say.
///
/// @param freeBytes of files, after their expansion into shares; an estimate, since files are not spread evenly
/// @param serverFreeBytes of shares, on all servers that answered
/// @param servers how many answered
public record Space(long freeBytes, long serverFreeBytes, int servers) {}
