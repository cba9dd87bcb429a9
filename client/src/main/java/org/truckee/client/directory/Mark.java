package org.truckee.client.directory;

import java.util.Optional;

/// What the metadata of an entry say of its place in a replicated directory.
///
/// @param tag binds the dot to this directory, the given name and the capabilities: other clients copy metadata
/// @param name the name that was given, if the entry is listed under another
record Mark(Dot dot, String tag, Optional<String> name, boolean settled) {}
