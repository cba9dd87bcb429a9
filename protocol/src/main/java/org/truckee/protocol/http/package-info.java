/// HTTP/1.1 over Netty, for servers and clients: Netty moves bytes, virtual threads run the requests.
@NullMarked
package org.truckee.protocol.http;

import org.jspecify.annotations.NullMarked;
