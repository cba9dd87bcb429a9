/// Looks after files and directories: checks, verifies and repairs them, and walks over whole trees.
@NullMarked
package org.truckee.client.check;

import org.jspecify.annotations.NullMarked;
