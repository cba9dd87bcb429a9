package org.truckee.sftp;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.truckee.client.check.CareReport;
import org.truckee.client.check.Repairing;
import org.truckee.client.check.WalkCounts;
import org.truckee.status.Status.Level;
import org.truckee.status.Status.Notice;
import org.truckee.status.Words;

/// What the last walk over the tree found that somebody should know, in words.
final class CareNotices {
    private final CareReport report;
    private final Instant now;

    CareNotices(CareReport report, Instant now) {
        this.report = report;
        this.now = now;
    }

    /// The worst first.
    List<Notice> all() {
        List<Notice> notices = new ArrayList<>();
        WalkCounts found = report.found();
        if (found.unreadable() > 0) {
            notices.add(new Notice(
                    Level.BAD,
                    Words.many(found.unreadable(), "file") + " could not be read at the last walk: too few nodes with"
                            + " shares of " + (found.unreadable() == 1 ? "it" : "them") + " were connected"));
        }
        if (found.reduced() > 0 && report.mode() != Repairing.OFF) {
            notices.add(new Notice(
                    Level.WARNING,
                    Words.many(found.reduced(), "file") + (found.reduced() == 1 ? " has" : " have")
                            + " fewer shares on nodes of their own than asked for" + whatIsDone()));
        }
        expiry().ifPresent(notices::add);
        underWay().ifPresent(notices::add);
        return notices;
    }

    private String whatIsDone() {
        return report.mode() == Repairing.AUTO
                ? ": they are repaired as soon as there are nodes for it, and absent ones were waited for"
                : ", and `repair` is set to report: `truckee deep-check --repair` repairs them";
    }

    /// From half of a lease's time on.
    private Optional<Notice> expiry() {
        if (report.renewedAt().isEmpty() || report.firstExpiry().isEmpty()) {
            return Optional.empty();
        }
        Instant renewed = report.renewedAt().get();
        Instant ends = report.firstExpiry().get();
        Duration left = Duration.between(now, ends);
        boolean half = left.compareTo(Duration.between(renewed, ends).dividedBy(2)) <= 0;
        return half
                ? Optional.of(new Notice(
                        Level.WARNING,
                        "leases on some nodes were last renewed on " + day(renewed) + ": where nodes let shares go,"
                                + " the first could go on " + day(ends)))
                : Optional.empty();
    }

    private static String day(Instant at) {
        return at.truncatedTo(ChronoUnit.DAYS).toString().substring(0, "2026-01-01".length());
    }

    private Optional<Notice> underWay() {
        if (report.walking().isEmpty()) {
            return Optional.empty();
        }
        WalkCounts soFar = report.soFar();
        String repaired = report.mode() == Repairing.AUTO && soFar.repairs() > 0
                ? ", " + Words.count(soFar.repairsDone()) + " repaired"
                : "";
        return Optional.of(new Notice(
                Level.NOTE,
                "a walk over the tree is under way: " + Words.many(soFar.objects(), "file") + " looked after" + repaired
                        + "."));
    }
}
