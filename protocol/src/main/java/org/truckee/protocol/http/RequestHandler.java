package org.truckee.protocol.http;

import java.io.IOException;

/// Answers requests, each on a virtual thread of its own.
@FunctionalInterface
public interface RequestHandler {
    /// An [IOException] or [RuntimeException] becomes status 500 and is logged.
    Reply handle(Request request) throws IOException;
}
