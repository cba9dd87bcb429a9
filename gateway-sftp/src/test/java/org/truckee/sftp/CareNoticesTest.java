package org.truckee.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.truckee.client.check.CareReport;
import org.truckee.client.check.Repairing;
import org.truckee.client.check.WalkCounts;
import org.truckee.status.Status.Level;
import org.truckee.status.Status.Notice;

class CareNoticesTest {
    private static final Instant RENEWED = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LEASE = Duration.ofDays(31);

    private static CareReport report(Repairing mode, long reduced, long unreadable, Optional<Instant> walking) {
        var found = new WalkCounts(1, 9, 9, reduced, unreadable, 9, 0, 0, 0, 0, 1);
        var soFar = new WalkCounts(1, 3, 3, 1, 0, 3, 0, 2, 1, 0, 1);
        return new CareReport(
                mode,
                walking,
                soFar,
                Optional.of(RENEWED),
                found,
                Set.of(),
                OptionalLong.empty(),
                false,
                0,
                Optional.of(RENEWED),
                Optional.of(RENEWED.plus(LEASE)));
    }

    private static List<Notice> notices(CareReport report, int days) {
        return new CareNotices(report, RENEWED.plus(Duration.ofDays(days))).all();
    }

    @Test
    void nothingIsSaidWhileAllIsWell() {
        assertThat(notices(report(Repairing.AUTO, 0, 0, Optional.empty()), 15)).isEmpty();
    }

    @Test
    void leasesThatAreHalfOverAreAWarning() {
        assertThat(notices(report(Repairing.AUTO, 0, 0, Optional.empty()), 16))
                .containsExactly(new Notice(
                        Level.WARNING,
                        "leases on some nodes were last renewed on 2026-01-01: where nodes let shares go, the first"
                                + " could go on 2026-02-01"));
    }

    @Test
    void whatIsUnreadableComesBeforeWhatIsReducedAndWhatIsDoneAboutIt() {
        assertThat(notices(report(Repairing.REPORT, 2, 1, Optional.of(RENEWED)), 1))
                .containsExactly(
                        new Notice(
                                Level.BAD,
                                "1 file could not be read at the last walk: too few nodes with shares of it were"
                                        + " connected"),
                        new Notice(
                                Level.WARNING,
                                "2 files have fewer shares on nodes of their own than asked for, and `repair` is set to"
                                        + " report: `truckee deep-check --repair` repairs them"),
                        new Notice(Level.NOTE, "a walk over the tree is under way: 4 files looked after."));
    }

    @Test
    void repairsAreToldWhileTheyAreMade() {
        assertThat(notices(report(Repairing.AUTO, 0, 0, Optional.of(RENEWED)), 1))
                .containsExactly(
                        new Notice(Level.NOTE, "a walk over the tree is under way: 4 files looked after, 1 repaired."));
    }
}
