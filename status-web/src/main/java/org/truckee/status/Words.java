package org.truckee.status;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// Numbers as people read them.
public final class Words {
    private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB", "PB", "EB");
    private static final String NOTHING = "–";

    private Words() {}

    /// Decimal units, three digits.
    public static String bytes(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= 999.5 && unit < UNITS.size() - 1) {
            amount /= 1000;
            unit++;
        }
        String format = unit == 0 || amount >= 99.95 ? "%.0f" : amount >= 9.995 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, amount) + " " + UNITS.get(unit);
    }

    public static String bytes(OptionalLong bytes) {
        return bytes.isPresent() ? bytes(bytes.getAsLong()) : NOTHING;
    }

    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', ' ');
    }

    public static String count(OptionalLong number) {
        return number.isPresent() ? count(number.getAsLong()) : NOTHING;
    }

    /// The largest unit and no more: `3 min`.
    public static String duration(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 120) {
            return seconds + " s";
        } else if (seconds < 120 * 60) {
            return duration.toMinutes() + " min";
        } else if (duration.toHours() < 48) {
            return duration.toHours() + " h";
        }
        return duration.toDays() + " days";
    }

    public static String since(Instant since, Instant now) {
        return duration(Duration.between(since, now));
    }

    public static String latency(Optional<Duration> latency) {
        return latency.map(time -> {
                    double millis = time.toNanos() / 1e6;
                    return String.format(Locale.ROOT, millis < 9.95 ? "%.1f ms" : "%.0f ms", millis);
                })
                .orElse(NOTHING);
    }

    /// `1 node`, `2 nodes`.
    public static String many(long count, String one) {
        return count(count) + " " + one + (count == 1 ? "" : "s");
    }

    /// 0 to 100.
    public static int percent(double part) {
        return (int) Math.round(100 * Math.clamp(part, 0, 1));
    }

    public static int percent(long part, long whole) {
        return whole <= 0 ? 0 : percent((double) part / whole);
    }
}
