/// What two nodes must agree on to talk.
@NullMarked
package org.truckee.protocol;

import org.jspecify.annotations.NullMarked;
