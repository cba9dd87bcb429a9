package org.truckee.protocol;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a service has opened; closing it closes everything, the last one first, whatever fails on the way.
/// Belongs to one thread at a time.
public final class Resources implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Resources.class);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /// Takes something to be closed.
    public <T extends AutoCloseable> T add(T resource) {
        opened.push(resource);
        return resource;
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            AutoCloseable resource = opened.pop();
            try {
                resource.close();
            } catch (Exception e) {
                LOG.atWarn()
                        .addKeyValue("what", resource.getClass().getSimpleName())
                        .setCause(e)
                        .log("not closed");
            }
        }
    }

    /// Builds a service out of what it opens; if that fails, all of it is closed again.
    public static <T> T building(Builder<T> builder) throws IOException {
        var resources = new Resources();
        try {
            return builder.build(resources);
        } catch (IOException | RuntimeException e) {
            resources.close();
            throw e;
        }
    }

    /// Opens things, adds each to the resources, and gives the service.
    @FunctionalInterface
    public interface Builder<T> {
        T build(Resources resources) throws IOException;
    }
}
