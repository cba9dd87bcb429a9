/// The status page that every service serves on its web port, and the process around a service.
@NullMarked
package org.truckee.status;

import org.jspecify.annotations.NullMarked;
