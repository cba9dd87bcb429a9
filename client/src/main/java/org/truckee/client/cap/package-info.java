/// Capabilities: what gives authority over a file or directory, as types and as text.
@NullMarked
package org.truckee.client.cap;

import org.jspecify.annotations.NullMarked;
