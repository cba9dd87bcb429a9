/// What the shares of immutable and mutable files have in common for who reads them.
@NullMarked
package org.truckee.client.share;

import org.jspecify.annotations.NullMarked;
