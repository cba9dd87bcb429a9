package org.truckee.protocol.http;

import java.io.IOException;

/// Answers requests, each on a virtual thread of its own.
@FunctionalInterface
public interface RequestHandler {
    /// A [MalformedRequestException] becomes status 400, a [BodyTooLongException] 413; any other [IOException] or
    /// [RuntimeException] becomes 500 and is logged.
    Reply handle(Request request) throws IOException;
}
