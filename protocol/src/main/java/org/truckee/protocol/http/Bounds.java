package org.truckee.protocol.http;

import java.io.IOException;
import java.time.Duration;
import org.truckee.protocol.node.TahoeConfiguration;

/// What an [HttpServer] takes from others, so that a flood from strangers costs it next to nothing and a silent
/// client holds nothing for long. An address is an IPv4 address or an IPv6 network of 64 bits.
///
/// @param connections at once; one more is closed unread
/// @param handshakes new connections of one address; one more is closed unread
/// @param requests of one address; while there are more its connections are not read
/// @param headBytes the longest request head
/// @param headTime for a request's head to arrive, TLS included; also how long a connection may lie idle on which
///     nothing was answered with success yet
/// @param idleTime between two requests
/// @param bodyBytesPerSecond the least speed of a message body, measured while it is waited for
/// @param silence how long the other side may say nothing, or take nothing, in the middle of a message
/// @param refusals this many in a row end a connection: answers 401, or any other refusal before the first success
public record Bounds(
        int connections,
        Rate handshakes,
        Rate requests,
        int headBytes,
        Duration headTime,
        Duration idleTime,
        int bodyBytesPerSecond,
        Duration silence,
        int refusals) {
    /// `burst` at once, and so many each second.
    public record Rate(int perSecond, int burst) {
        public Rate {
            if (perSecond < 1 || burst < 1) {
                throw new IllegalArgumentException("no rate: " + perSecond + " per second, " + burst + " at once");
            }
        }
    }

    /// Python clients keep idle connections for 240 s and do not try again on a dead one.
    private static final Duration LEAST_IDLE_TIME = Duration.ofMinutes(4);

    public static final Bounds DEFAULT = new Bounds(
            4096,
            new Rate(50, 500),
            new Rate(5000, 10_000),
            16 << 10,
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            1024,
            Duration.ofSeconds(60),
            8);

    private static final String SECTION = "network";
    private static final int MANY = 999_999_999;

    /// As a node's `[network]` section says, [#DEFAULT] where it does not.
    public static Bounds of(TahoeConfiguration configuration) throws IOException {
        return new Bounds(
                configuration.number(SECTION, "connections.max", 1, MANY, DEFAULT.connections),
                rate(configuration, "handshakes", DEFAULT.handshakes),
                rate(configuration, "requests", DEFAULT.requests),
                configuration.number(SECTION, "head.bytes", 4096, 1 << 20, DEFAULT.headBytes),
                seconds(configuration, "head.seconds", 1, DEFAULT.headTime),
                seconds(configuration, "idle.seconds", (int) LEAST_IDLE_TIME.toSeconds(), DEFAULT.idleTime),
                configuration.number(SECTION, "body.rate", 0, MANY, DEFAULT.bodyBytesPerSecond),
                seconds(configuration, "body.seconds", 1, DEFAULT.silence),
                configuration.number(SECTION, "refusals.max", 1, MANY, DEFAULT.refusals));
    }

    private static Rate rate(TahoeConfiguration configuration, String what, Rate otherwise) throws IOException {
        return new Rate(
                configuration.number(SECTION, what + ".rate", 1, MANY, otherwise.perSecond),
                configuration.number(SECTION, what + ".burst", 1, MANY, otherwise.burst));
    }

    private static Duration seconds(TahoeConfiguration configuration, String key, int least, Duration otherwise)
            throws IOException {
        return Duration.ofSeconds(configuration.number(SECTION, key, least, MANY, (int) otherwise.toSeconds()));
    }
}
