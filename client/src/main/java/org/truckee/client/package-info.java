/// The grid as a library.
@NullMarked
package org.truckee.client;

import org.jspecify.annotations.NullMarked;
