package org.truckee.storage;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.truckee.protocol.node.TahoeConfiguration;
import org.truckee.protocol.storage.ShareKind;

/// When leases end, and shares with them: as `[storage] expire.*` has it, with Tahoe-LAFS's meaning.
public record LeaseExpiry(Rule rule, boolean immutable, boolean mutable) {
    /// Leases never end.
    public static final LeaseExpiry OFF = new LeaseExpiry(new Never(), false, false);

    private static final String SECTION = "storage";
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,6}) ?(S|SECONDS?|DAYS?|MO|MONTHS?|YEARS?|D|Y)");
    private static final int DAYS_OF_MONTH = 31;
    private static final int DAYS_OF_YEAR = 365;

    /// What makes a lease end.
    public sealed interface Rule {}

    /// Nothing.
    public record Never() implements Rule {}

    /// Its own end.
    public record OwnEnd() implements Rule {}

    /// That it was not renewed for so long.
    public record Age(Duration age) implements Rule {}

    /// That it was not renewed since.
    public record NotSince(Instant date) implements Rule {}

    /// Reads `expire.enabled`, `expire.mode`, `expire.override_lease_duration`, `expire.cutoff_date`,
    /// `expire.immutable`, `expire.mutable`.
    public static LeaseExpiry of(TahoeConfiguration configuration) throws IOException {
        if (!configuration.isOn(SECTION, "expire.enabled")) {
            return OFF;
        }
        return new LeaseExpiry(
                rule(configuration),
                isOnUnlessOff(configuration, "immutable"),
                isOnUnlessOff(configuration, "mutable"));
    }

    private static boolean isOnUnlessOff(TahoeConfiguration configuration, String kind) throws IOException {
        String key = "expire." + kind;
        return configuration.get(SECTION, key).isEmpty() || configuration.isOn(SECTION, key);
    }

    private static Rule rule(TahoeConfiguration configuration) throws IOException {
        return switch (configuration.get(SECTION, "expire.mode").orElse("")) {
            case "age" ->
                configuration.get(SECTION, "expire.override_lease_duration").isPresent()
                        ? new Age(duration(configuration))
                        : new OwnEnd();
            case "cutoff-date" -> new NotSince(cutoff(configuration));
            default -> throw configuration.bad(SECTION, "expire.mode", "is neither age nor cutoff-date");
        };
    }

    private static Duration duration(TahoeConfiguration configuration) throws IOException {
        String key = "expire.override_lease_duration";
        String text = configuration.get(SECTION, key).orElse("").toUpperCase(Locale.ROOT);
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw configuration.bad(SECTION, key, "is not a duration such as 60 days or 2 months");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2).charAt(0)) {
            case 'S' -> Duration.ofSeconds(number);
            case 'M' -> Duration.ofDays(number * DAYS_OF_MONTH);
            case 'Y' -> Duration.ofDays(number * DAYS_OF_YEAR);
            default -> Duration.ofDays(number);
        };
    }

    private static Instant cutoff(TahoeConfiguration configuration) throws IOException {
        String key = "expire.cutoff_date";
        try {
            return LocalDate.parse(configuration.get(SECTION, key).orElse(""))
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant();
        } catch (DateTimeParseException e) {
            throw configuration.bad(SECTION, key, "is not a date such as 2026-01-31");
        }
    }

    boolean isOn() {
        return !(rule instanceof Never);
    }

    /// Whether a lease on a share of this kind has ended.
    boolean hasEnded(ShareKind kind, Lease lease, Instant now) {
        boolean considered = kind == ShareKind.IMMUTABLE ? immutable : mutable;
        return considered
                && switch (rule) {
                    case Never _ -> false;
                    case OwnEnd _ -> lease.expiration().isBefore(now);
                    case Age(Duration age) -> lease.renewedAt().plus(age).isBefore(now);
                    case NotSince(Instant date) -> lease.renewedAt().isBefore(date);
                };
    }
}
