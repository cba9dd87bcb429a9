/// Immutable files (CHK): how they are cut, coded, hashed, placed and read back.
@NullMarked
package org.truckee.client.immutable;

import org.jspecify.annotations.NullMarked;
