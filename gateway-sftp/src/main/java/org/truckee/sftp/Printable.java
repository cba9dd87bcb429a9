package org.truckee.sftp;

/// Texts that come from outside, as they may stand in a log: on one line, without control characters, not too long.
final class Printable {
    private static final int MAX_CHARACTERS = 80;

    private static final int MAX_SENTENCE_CHARACTERS = 500;

    private Printable() {}

    static String of(String text) {
        return of(text, MAX_CHARACTERS);
    }

    /// One that may be longer: what went wrong, which may name a path.
    static String sentence(String text) {
        return of(text, MAX_SENTENCE_CHARACTERS);
    }

    private static String of(String text, int characters) {
        String shown = text.codePoints()
                .limit(characters)
                .map(character -> isPlain(character) ? character : '?')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return text.length() > characters ? shown + "..." : shown;
    }

    private static boolean isPlain(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
