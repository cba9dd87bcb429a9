/// CBOR as the protocols use it: definite lengths, sets under tag 258, maps that hold exactly the keys they should.
@NullMarked
package org.truckee.protocol.cbor;

import org.jspecify.annotations.NullMarked;
