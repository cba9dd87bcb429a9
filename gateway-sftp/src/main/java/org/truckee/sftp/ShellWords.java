package org.truckee.sftp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Cuts a command line into words as a shell does, as far as quotes and backslashes go; anything else that means
/// something to a shell is refused, because nothing here would do it.
final class ShellWords {
    private static final String SPECIAL = "$`;&|<>()*?[]{}!#~\n\r";

    private final String line;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean within;
    private int at;

    private ShellWords(String line) {
        this.line = line;
    }

    /// Nothing where the line asks for more than words.
    static Optional<List<String>> of(String line) {
        var words = new ShellWords(line);
        return words.read() ? Optional.of(words.words) : Optional.empty();
    }

    private boolean read() {
        while (at < line.length()) {
            char character = line.charAt(at++);
            boolean fine = switch (character) {
                case ' ', '\t' -> endWord();
                case '\\' -> escaped();
                case '\'' -> quoted();
                case '"' -> doublyQuoted();
                default -> SPECIAL.indexOf(character) < 0 && add(character);
            };
            if (!fine) {
                return false;
            }
        }
        return endWord();
    }

    private boolean add(char character) {
        word.append(character);
        within = true;
        return true;
    }

    private boolean endWord() {
        if (within) {
            words.add(word.toString());
        }
        word.setLength(0);
        within = false;
        return true;
    }

    private boolean escaped() {
        return at < line.length() && add(line.charAt(at++));
    }

    private boolean quoted() {
        int end = line.indexOf('\'', at);
        if (end < 0) {
            return false;
        }
        word.append(line, at, end);
        within = true;
        at = end + 1;
        return true;
    }

    private boolean doublyQuoted() {
        within = true;
        while (at < line.length()) {
            char character = line.charAt(at++);
            if (character == '"') {
                return true;
            }
            if (character == '$' || character == '`') {
                return false;
            }
            boolean escapes = character == '\\' && at < line.length() && "\\\"$`".indexOf(line.charAt(at)) >= 0;
            word.append(escapes ? line.charAt(at++) : character);
        }
        return false;
    }
}
