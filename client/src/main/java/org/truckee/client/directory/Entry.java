package org.truckee.client.directory;

/// A name in a directory, what it stands for, and what is said of it.
public record Entry(String name, Child child, Metadata metadata) {}
