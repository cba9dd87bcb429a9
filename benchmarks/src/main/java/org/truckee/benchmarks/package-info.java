/// JMH benchmarks; the scripts beside the module run them.
@NullMarked
package org.truckee.benchmarks;

import org.jspecify.annotations.NullMarked;
