/// The gateway: a grid's files over SFTP.
@NullMarked
package org.truckee.sftp;

import org.jspecify.annotations.NullMarked;
