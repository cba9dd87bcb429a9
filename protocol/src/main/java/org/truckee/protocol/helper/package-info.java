/// What a helper and its clients say to each other.
@NullMarked
package org.truckee.protocol.helper;

import org.jspecify.annotations.NullMarked;
