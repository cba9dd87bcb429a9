/// A node on disk: its directory, its identity and its configuration.
@NullMarked
package org.truckee.protocol.node;

import org.jspecify.annotations.NullMarked;
