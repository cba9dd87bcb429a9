package org.truckee.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.random.RandomGenerator;

/// The unguessable part of a node's address: whoever knows it may use the node.
public final class Swissnum extends Secret {
    private static final int RANDOM_BYTES = 20;

    private Swissnum(byte[] bytes) {
        super(bytes);
    }

    public static Swissnum of(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a swissnum needs at least one character");
        }
        return new Swissnum(text.getBytes(UTF_8));
    }

    public static Swissnum random(RandomGenerator random) {
        var bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return of(Base32.encode(bytes));
    }

    /// The secret itself, as it stands in addresses and requests.
    public String text() {
        return new String(bytes, UTF_8);
    }
}
