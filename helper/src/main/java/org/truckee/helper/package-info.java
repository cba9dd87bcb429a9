/// The helper: expands ciphertext into shares for clients with a slow line, and connects them to nodes that they
/// cannot reach. Nobody has to trust it.
@NullMarked
package org.truckee.helper;

import org.jspecify.annotations.NullMarked;
