/// Announcements: what nodes say about themselves, signed, and how they reach others.
@NullMarked
package org.truckee.protocol.introducer;

import org.jspecify.annotations.NullMarked;
