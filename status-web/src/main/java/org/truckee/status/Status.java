package org.truckee.status;

import java.util.List;
import java.util.Optional;

/// What a service says of itself to people and programs. `notReady` is why it cannot do its job, if it cannot;
/// `notices` are what somebody should know, the worst first.
public record Status(Optional<String> notReady, List<Notice> notices, Details details) {
    public Status {
        notices = List.copyOf(notices);
    }

    /// What is to be said of a service that cannot say anything of itself.
    static Status unknown(String role, RuntimeException why) {
        String sentence = "the " + role + " cannot say how it is (" + why + "); its log says more";
        return new Status(Optional.of(sentence), List.of(new Notice(Level.BAD, sentence)), new NothingKnown());
    }

    /// How bad something is.
    public enum Level {
        /// Something does not work.
        BAD,
        /// Something will not work if it goes on like this.
        WARNING,
        /// Good to know.
        NOTE
    }

    /// One thing to know, in one sentence.
    public record Notice(Level level, String sentence) {}

    /// What is particular to a service.
    public sealed interface Details permits GridDetails, StorageDetails, BoardDetails, HelperDetails, NothingKnown {}
}
