/// The zfec-compatible erasure code: any `required` of `total` blocks give the data back.
@NullMarked
package org.truckee.erasure;

import org.jspecify.annotations.NullMarked;
