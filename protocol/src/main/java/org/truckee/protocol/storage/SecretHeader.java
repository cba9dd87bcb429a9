package org.truckee.protocol.storage;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The secrets of a storage request, one header line each: `X-Tahoe-Authorization: KIND BASE64`.
enum SecretHeader {
    LEASE_RENEW_SECRET,
    LEASE_CANCEL_SECRET,
    UPLOAD_SECRET,
    WRITE_ENABLER;

    private static final String NAME = "x-tahoe-authorization";
    private static final int LEASE_SECRET_BYTES = 32;

    private String kind() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    void add(HttpHeaders headers, byte[] secret) {
        headers.add(NAME, kind() + " " + Base64.getEncoder().encodeToString(secret));
    }

    /// The secrets of a request if they are exactly of the `expected` kinds; the last one of a kind counts.
    static Optional<Map<SecretHeader, byte[]>> read(HttpHeaders headers, Set<SecretHeader> expected) {
        var secrets = new EnumMap<SecretHeader, byte[]>(SecretHeader.class);
        for (String line : headers.getAll(NAME)) {
            boolean known = false;
            for (SecretHeader header : values()) {
                if (line.startsWith(header.kind() + " ")) {
                    known = true;
                    try {
                        secrets.put(
                                header,
                                Base64.getDecoder()
                                        .decode(line.substring(header.kind().length() + 1)));
                    } catch (IllegalArgumentException notBase64) {
                        return Optional.empty();
                    }
                }
            }
            if (!known) {
                return Optional.empty();
            }
        }
        boolean valid = secrets.keySet().equals(expected)
                && secrets.entrySet().stream().allMatch(e -> e.getKey().allows(e.getValue()));
        return valid ? Optional.of(secrets) : Optional.empty();
    }

    private boolean allows(byte[] secret) {
        return switch (this) {
            case LEASE_RENEW_SECRET, LEASE_CANCEL_SECRET -> secret.length == LEASE_SECRET_BYTES;
            case UPLOAD_SECRET, WRITE_ENABLER -> secret.length > 0;
        };
    }
}
