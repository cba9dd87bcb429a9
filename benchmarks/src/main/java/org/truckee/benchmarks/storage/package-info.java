/// A storage node as its clients find it.
@NullMarked
package org.truckee.benchmarks.storage;

import org.jspecify.annotations.NullMarked;
