package org.truckee.client.cap;

import java.util.Optional;

/// `URI:DIR2...`: a directory, whose table `file` gives access to.
public record DirectoryCap(FileCap file) implements Cap {
    private static final String FILE = "URI:";
    private static final String DIRECTORY = "URI:DIR2";
    private static final String SSK = "SSK";

    /// `URI:SSK-RO:...` becomes `URI:DIR2-RO:...`, every other `URI:X:...` becomes `URI:DIR2-X:...`.
    @Override
    public String uri() {
        String rest = file.uri().substring(FILE.length());
        return rest.startsWith(SSK) ? DIRECTORY + rest.substring(SSK.length()) : DIRECTORY + "-" + rest;
    }

    /// The text of the file capability that a directory's text wraps, if it is a directory's.
    static Optional<String> unwrap(String text) {
        if (!text.startsWith(DIRECTORY)) {
            return Optional.empty();
        }
        String rest = text.substring(DIRECTORY.length());
        boolean sdmf = rest.startsWith(":") || rest.startsWith("-RO:") || rest.startsWith("-Verifier:");
        if (sdmf) {
            return Optional.of(FILE + SSK + rest);
        }
        return rest.startsWith("-") && !rest.startsWith("-" + SSK)
                ? Optional.of(FILE + rest.substring(1))
                : Optional.empty();
    }

    /// Whether its contents can never change.
    public boolean isImmutable() {
        return switch (file) {
            case LiteralCap _, ChkReadCap _, ChkVerifyCap _ -> true;
            case MutableWriteCap _, MutableReadCap _, MutableVerifyCap _ -> false;
        };
    }

    @Override
    public String toString() {
        return "DirectoryCap(" + file + ")";
    }
}
