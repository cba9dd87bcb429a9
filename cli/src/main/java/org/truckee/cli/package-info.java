/// The `truckee` command.
@NullMarked
package org.truckee.cli;

import org.jspecify.annotations.NullMarked;
