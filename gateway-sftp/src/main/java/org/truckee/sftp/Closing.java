package org.truckee.sftp;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.truckee.protocol.node.TahoeConfiguration;

/// When the end of writing is answered, by account.
///
/// @param users whom `rule` is for; everybody if nobody is named, and for others it is the grid
record Closing(CloseRule rule, Set<String> users) {
    private static final String SECTION = "sftpd";
    private static final String KEY = "close";

    Closing {
        users = Set.copyOf(users);
    }

    /// `close = grid`, `close = staged`, or `close = staged USER USER`.
    static Closing of(TahoeConfiguration configuration) throws IOException {
        String[] words = configuration.get(SECTION, KEY).orElse("grid").split("[\\s,]+");
        Optional<CloseRule> rule = Arrays.stream(CloseRule.values())
                .filter(known -> known.name().toLowerCase(Locale.ROOT).equals(words[0]))
                .findFirst();
        return new Closing(
                rule.orElseThrow(() -> configuration.bad(SECTION, KEY, "is neither grid nor staged")),
                new HashSet<>(Arrays.asList(words).subList(1, words.length)));
    }

    CloseRule of(String user) {
        return users.isEmpty() || users.contains(user) ? rule : CloseRule.GRID;
    }
}
