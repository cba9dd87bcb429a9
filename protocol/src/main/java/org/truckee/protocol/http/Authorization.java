package org.truckee.protocol.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import org.truckee.crypto.Swissnum;

/// The header by which a client shows that it knows a node's swissnum: `Tahoe-LAFS` and its base64.
public final class Authorization {
    public static final String HEADER = "authorization";

    private final byte[] expected;

    public Authorization(Swissnum swissnum) {
        this.expected = value(swissnum).getBytes(UTF_8);
    }

    public static String value(Swissnum swissnum) {
        return "Tahoe-LAFS "
                + Base64.getEncoder().encodeToString(swissnum.text().getBytes(UTF_8));
    }

    /// Compares the whole value, in time that does not depend on it.
    public boolean accepts(Optional<String> header) {
        return header.isPresent()
                && MessageDigest.isEqual(expected, header.get().getBytes(UTF_8));
    }
}
