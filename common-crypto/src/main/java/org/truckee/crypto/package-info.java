/// The cryptographic vocabulary of the grid: hashes, trees, keys, secrets and addresses, without input, output or
/// threads.
@NullMarked
package org.truckee.crypto;

import org.jspecify.annotations.NullMarked;
