/// The introducer: passes on what nodes announce, so that they find each other.
@NullMarked
package org.truckee.introducer;

import org.jspecify.annotations.NullMarked;
