/// The status page that every service serves on its web port.
@NullMarked
package org.truckee.status;

import org.jspecify.annotations.NullMarked;
