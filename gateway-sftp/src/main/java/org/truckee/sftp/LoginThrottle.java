package org.truckee.sftp;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/// How long a password has to wait before it is looked at: the more wrong ones came from an address or for a user,
/// the longer, and one after the other. Wrong ones are forgotten after a while.
final class LoginThrottle {
    /// Wrong passwords that cost nothing.
    private static final int FREE = 3;

    private static final Duration STEP = Duration.ofMillis(500);
    private static final Duration LONGEST_STEP = Duration.ofSeconds(8);

    /// Who would wait longer than this is turned away.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration MEMORY = Duration.ofMinutes(15);
    private static final int MAX_REMEMBERED = 10_000;

    private record Past(int wrong, Instant last, Instant nextTurn) {}

    private final InstantSource clock;

    /// By address or user; the longest untouched first. Guarded by this object's monitor.
    private final SequencedMap<String, Past> past = new LinkedHashMap<>();

    LoginThrottle(InstantSource clock) {
        this.clock = clock;
    }

    /// The time that a password has to wait; nothing if it is turned away.
    synchronized Optional<Duration> delay(String address, String user) {
        Instant now = clock.instant();
        forgetBefore(now.minus(MEMORY));
        Instant turn = later(turn(address(address), now), turn(user(user), now));
        Duration wait = Duration.between(now, turn);
        if (wait.compareTo(PATIENCE) > 0) {
            return Optional.empty();
        }
        take(address(address), turn);
        take(user(user), turn);
        return Optional.of(wait);
    }

    synchronized void wrong(String address, String user) {
        Instant now = clock.instant();
        for (String key : new String[] {address(address), user(user)}) {
            Past before = past.remove(key);
            past.putLast(
                    key, before == null ? new Past(1, now, now) : new Past(before.wrong() + 1, now, before.nextTurn()));
        }
        while (past.size() > MAX_REMEMBERED) {
            past.pollFirstEntry();
        }
    }

    synchronized void right(String address, String user) {
        past.remove(address(address));
        past.remove(user(user));
    }

    private Instant turn(String key, Instant now) {
        Past before = past.get(key);
        if (before == null || before.wrong() < FREE) {
            return now;
        }
        return later(now.plus(step(before)), before.nextTurn());
    }

    private void take(String key, Instant turn) {
        past.computeIfPresent(key, (_, before) -> new Past(before.wrong(), before.last(), turn.plus(step(before))));
    }

    private static Duration step(Past before) {
        int doublings = Math.clamp(before.wrong() - FREE, 0, 10);
        Duration step = STEP.multipliedBy(1L << doublings);
        return step.compareTo(LONGEST_STEP) < 0 ? step : LONGEST_STEP;
    }

    private void forgetBefore(Instant moment) {
        for (var first = past.firstEntry();
                first != null && first.getValue().last().isBefore(moment);
                first = past.firstEntry()) {
            past.remove(first.getKey());
        }
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static String address(String address) {
        return "address " + address;
    }

    private static String user(String user) {
        return "user " + user;
    }
}
