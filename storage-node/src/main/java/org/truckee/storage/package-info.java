/// A storage node: keeps shares for anyone who knows its address, in Tahoe-LAFS's files.
@NullMarked
package org.truckee.storage;

import org.jspecify.annotations.NullMarked;
