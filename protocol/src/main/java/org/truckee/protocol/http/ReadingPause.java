package org.truckee.protocol.http;

import io.netty.channel.Channel;
import io.netty.util.concurrent.EventExecutor;
import java.util.EnumSet;

/// Whether a connection is read. It is not while there is any reason not to. Safe for use by several threads at once.
final class ReadingPause {
    /// Why nothing more can be taken.
    enum Reason {
        /// Whoever reads the body of the current message is behind.
        BODY_WAITS,
        /// Later messages have arrived while the current one is not done with.
        NEXT_WAITS,
        /// This address asks more often than it may.
        TOO_MANY_REQUESTS
    }

    private final Channel channel;

    /// Guarded by this object's monitor.
    private final EnumSet<Reason> reasons = EnumSet.noneOf(Reason.class);

    private boolean retired;

    ReadingPause(Channel channel) {
        this.channel = channel;
    }

    /// The event loop of the connection.
    EventExecutor loop() {
        return channel.eventLoop();
    }

    synchronized void begin(Reason reason) {
        if (!retired && reasons.add(reason)) {
            channel.config().setAutoRead(false);
        }
    }

    synchronized void end(Reason reason) {
        if (!retired && reasons.remove(reason) && reasons.isEmpty()) {
            channel.config().setAutoRead(true);
        }
    }

    /// Somebody else decides from now on.
    synchronized void retire() {
        retired = true;
    }
}
