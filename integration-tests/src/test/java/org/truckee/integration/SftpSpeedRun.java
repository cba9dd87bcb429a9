package org.truckee.integration;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What `measure-sftp` says of a gateway whose five storage nodes, each a process of its own on this machine, answer
/// every request so many milliseconds later. Prints; fails only if something cannot be done. Only where it is asked
/// for:
///
/// ```
/// ./mvnw verify -pl integration-tests -am -Dtest=SftpSpeedRun -Dsurefire.failIfNoSpecifiedTests=false -Dby.hand=true
/// ```
@EnabledIfSystemProperty(named = "by.hand", matches = "true")
class SftpSpeedRun {
    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0} ms away")
    @ValueSource(ints = {20, 40})
    void measure(int millis) throws Exception {
        var uplink = new SlowLine.Uplink(Duration.ofMillis(millis).dividedBy(2), 0, Duration.ZERO);
        try (var grid = ProcessGrid.start(folder, 5, 3, 5, 10, Optional.of(uplink))) {
            var clients = new Clients(folder, grid.sftpPort());
            var run = clients.run(measureSftp().toString(), clients.port(), clients.user() + "@127.0.0.1");
            if (run.exitCode() != 0) {
                throw new IOException(run.said());
            }
            System.out.printf("%d ms away:%n%s", millis, run.said());
        }
    }

    private static Path measureSftp() {
        return Path.of("measure-sftp").toAbsolutePath();
    }
}
