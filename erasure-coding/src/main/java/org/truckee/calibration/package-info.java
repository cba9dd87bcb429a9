/// Finding out which of several ways to do the same is the fastest on this machine.
@NullMarked
package org.truckee.calibration;

import org.jspecify.annotations.NullMarked;
