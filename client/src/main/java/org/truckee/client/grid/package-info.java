/// The servers of a grid as a client knows them.
@NullMarked
package org.truckee.client.grid;

import org.jspecify.annotations.NullMarked;
