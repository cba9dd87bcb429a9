/// SHA-256 of many messages at once.
@NullMarked
package org.truckee.hashing;

import org.jspecify.annotations.NullMarked;
