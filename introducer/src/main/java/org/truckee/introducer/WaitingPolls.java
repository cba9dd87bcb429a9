package org.truckee.introducer;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;

/// How many requests of each address wait for news, so that one client cannot make all threads wait.
final class WaitingPolls {
    /// A household's nodes come from one address.
    static final int MOST = 64;

    /// Guarded by this object's monitor.
    private final Map<Object, Integer> waiting = new HashMap<>();

    /// Whether one more may wait; if so, it must [#leave].
    synchronized boolean enter(SocketAddress from) {
        int before = waiting.getOrDefault(host(from), 0);
        if (before < MOST) {
            waiting.put(host(from), before + 1);
        }
        return before < MOST;
    }

    synchronized void leave(SocketAddress from) {
        waiting.computeIfPresent(host(from), (_, count) -> count == 1 ? null : count - 1);
    }

    private static Object host(SocketAddress from) {
        return from instanceof InetSocketAddress inet ? inet.getHostString() : from;
    }
}
