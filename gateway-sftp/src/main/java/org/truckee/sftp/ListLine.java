package org.truckee.sftp;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.truckee.client.files.FileStatus;

/// The line that `ls -l` shows of a file: `-rw-rw-rw- 1 tahoe tahoe 123 Nov 21 15:30 name`.
final class ListLine {
    /// Everybody's user and group.
    static final String OWNER = "tahoe";

    /// How long the hour is more interesting than the year.
    private static final Duration RECENT = Duration.ofDays(180);

    private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("MMM dd HH:mm", Locale.ROOT);
    private static final DateTimeFormatter YEAR = DateTimeFormatter.ofPattern("MMM dd  yyyy", Locale.ROOT);

    private ListLine() {}

    static String of(String name, FileStatus status, Instant now) {
        Instant modified = status.modified();
        boolean recent = modified.isAfter(now.minus(RECENT)) && !modified.isAfter(now.plus(Duration.ofDays(1)));
        return "%s 1 %s %s %12d %s %s"
                .formatted(
                        permissions(status),
                        OWNER,
                        OWNER,
                        status.bytes(),
                        (recent ? HOUR : YEAR).format(modified.atOffset(ZoneOffset.UTC)),
                        name);
    }

    private static String permissions(FileStatus status) {
        var text = new StringBuilder(status.isDirectory() ? "d" : "-");
        for (int bit = 8; bit >= 0; bit--) {
            text.append((status.mode() & (1 << bit)) == 0 ? '-' : "xwr".charAt(bit % 3));
        }
        return text.toString();
    }
}
