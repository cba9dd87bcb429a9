/// Mutable files (SDMF): one signed version at a time, test-and-set on every server.
@NullMarked
package org.truckee.client.mutable;

import org.jspecify.annotations.NullMarked;
