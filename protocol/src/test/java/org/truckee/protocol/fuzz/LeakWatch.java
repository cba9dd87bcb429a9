package org.truckee.protocol.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import org.slf4j.LoggerFactory;

/// Watches every buffer of Netty's from when it is made until it is closed, which fails if one was forgotten.
public final class LeakWatch implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
    private final ListAppender<ILoggingEvent> reports = new ListAppender<>();
    private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();

    public LeakWatch() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        reports.start();
        logger.addAppender(reports);
    }

    /// What was forgotten so far.
    List<String> leaks() {
        for (int i = 0; i < 5; i++) {
            System.gc();
            // forgotten buffers are looked for when others are made
            for (int j = 0; j < 200; j++) {
                ByteBufAllocator.DEFAULT.buffer().release();
            }
        }
        return reports.list.stream()
                .filter(event -> event.getLevel() == Level.ERROR)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Override
    public void close() {
        try {
            assertThat(leaks()).isEmpty();
        } finally {
            ResourceLeakDetector.setLevel(before);
            logger.detachAppender(reports);
        }
    }
}
