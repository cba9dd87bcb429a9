package org.truckee.status;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Services that run until the process is told to end (SIGTERM, SIGINT), and then are closed before it does.
public final class Foreground {
    private static final Duration STOP = Duration.ofMillis(4500);

    private final Thread starter = Thread.currentThread();
    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean isStarting = true;

    private Foreground() {}

    /// Services that run.
    public interface Running extends AutoCloseable {
        @Override
        void close();
    }

    /// Starts services.
    @FunctionalInterface
    public interface Starter<T> {
        T start(EventLoopGroup loops) throws IOException;
    }

    /// Starts services, calls `ready`, and closes them when it is time; gives the command's exit code.
    public static <T extends Running> int run(Starter<T> services, Consumer<T> ready) throws Exception {
        var foreground = new Foreground();
        Runtime.getRuntime().addShutdownHook(new Thread(foreground::stop));
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
        try (T running = services.start(loops)) {
            foreground.isStarting = false;
            ready.accept(running);
            foreground.told.await();
        } catch (IOException | InterruptedException e) {
            if (foreground.told.getCount() > 0) {
                throw e;
            } // else a start that was told to end in its middle
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
            foreground.ended.countDown();
        }
        return 0;
    }

    /// Runs when the process is told to end, and lets it end when everything is closed.
    private void stop() {
        told.countDown();
        if (isStarting) {
            starter.interrupt();
        }
        try {
            ended.await(STOP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
