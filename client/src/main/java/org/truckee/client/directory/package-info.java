/// Directories: tables of names in mutable files.
@NullMarked
package org.truckee.client.directory;

import org.jspecify.annotations.NullMarked;
