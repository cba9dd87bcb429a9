package org.truckee.status;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.truckee.status.Status.Level;
import org.truckee.status.Status.Notice;

/// What all services of a process say at one moment, by role.
public record Snapshot(String nickname, Map<String, Status> services, Instant now) {
    /// The roles, joined by `+`.
    public String roles() {
        return String.join("+", services.keySet());
    }

    /// Why the process cannot do its job.
    public Optional<String> notReady() {
        return services.isEmpty()
                ? Optional.of("it is starting")
                : services.values().stream()
                        .flatMap(status -> status.notReady().stream())
                        .findFirst();
    }

    /// What somebody should know, the worst first.
    public List<Notice> notices() {
        return services.values().stream()
                .flatMap(status -> status.notices().stream())
                .sorted(Comparator.comparing(Notice::level))
                .toList();
    }

    /// The worst of all, if anything is wrong.
    public Optional<Level> worst() {
        return notReady().isPresent()
                ? Optional.of(Level.BAD)
                : notices().stream().map(Notice::level).min(Comparator.naturalOrder());
    }

    public Optional<GridDetails> grid() {
        return details(GridDetails.class);
    }

    public Optional<StorageDetails> storage() {
        return details(StorageDetails.class);
    }

    public Optional<BoardDetails> board() {
        return details(BoardDetails.class);
    }

    public Optional<HelperDetails> helper() {
        return details(HelperDetails.class);
    }

    private <T> Optional<T> details(Class<T> kind) {
        return services.values().stream()
                .map(Status::details)
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst();
    }
}
