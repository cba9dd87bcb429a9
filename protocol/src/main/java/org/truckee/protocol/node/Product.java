package org.truckee.protocol.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/// What runs here, as nodes tell it to others.
public final class Product {
    /// `truckee/` and the version of the build.
    public static final String NAME = "truckee/" + version();

    private Product() {}

    private static String version() {
        try (InputStream version = Objects.requireNonNull(Product.class.getResourceAsStream("version"))) {
            return new String(version.readAllBytes(), UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("the file with the version cannot be read", e);
        }
    }
}
