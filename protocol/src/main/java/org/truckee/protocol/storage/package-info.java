/// The storage protocol (Tahoe-LAFS's "Great Black Swamp"): what a storage server does, and how it is asked over HTTPS.
@NullMarked
package org.truckee.protocol.storage;

import org.jspecify.annotations.NullMarked;
