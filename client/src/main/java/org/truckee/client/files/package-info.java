/// Paths and open files, for every door.
@NullMarked
package org.truckee.client.files;

import org.jspecify.annotations.NullMarked;
