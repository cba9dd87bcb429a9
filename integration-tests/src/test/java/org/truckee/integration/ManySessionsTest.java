package org.truckee.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.truckee.integration.ChildProcess.freePort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A gateway with as little memory as its container has, used by many at once.
@Tag("processes")
class ManySessionsTest {
    private static final int SESSIONS = 32;

    /// `mem_limit` of a gateway in `docker-compose.yml`.
    private static final long CONTAINER_KIBIBYTES = 320 << 10;

    /// What `docker/truckee` starts a gateway with.
    private static final List<String> CONTAINER_OPTIONS = List.of(
            "-Xms8m",
            "-Xmx128m",
            "-Xss256k",
            "-XX:MaxDirectMemorySize=48m",
            "-XX:ReservedCodeCacheSize=48m",
            "-XX:MaxMetaspaceSize=64m",
            "-XX:-UsePerfData",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:+UnlockExperimentalVMOptions",
            "-XX:TrimNativeHeapInterval=5000",
            "--add-modules=jdk.incubator.vector");

    private static final Pattern MOST_RESIDENT = Pattern.compile("VmHWM:\\s+(\\d+) kB");

    @TempDir
    Path folder;

    @Test
    void allPutAndGetWithinTheMemoryOfTheContainer() throws Exception {
        try (var grid = GridProcess.start(folder, GridProcess.freePortOffset())) {
            int port = freePort();
            Path directory = grid.makeGateway(folder, port);
            try (var gateway = ServiceProcess.start(directory, CONTAINER_OPTIONS)) {
                gateway.awaitReady();
                var clients = new Clients(folder, port);
                var run = clients.run(
                        Clients.python("python"),
                        Clients.suite("many_sessions_suite.py").toString(),
                        clients.port(),
                        clients.user(),
                        clients.password(),
                        Integer.toString(SESSIONS));
                assertThat(run.exitCode()).as(run.said() + gateway.said()).isEqualTo(0);
                long kibibytes = mostResident(gateway);
                System.out.println(run.said().strip() + ", " + (kibibytes >> 10) + " MiB at most");
                assertThat(kibibytes).isLessThan(CONTAINER_KIBIBYTES);
            }
            assertThat(grid.stop(Duration.ofSeconds(10))).isTrue();
        }
    }

    private static long mostResident(ServiceProcess process) throws Exception {
        var matcher = MOST_RESIDENT.matcher(Files.readString(Path.of("/proc", Long.toString(process.id()), "status")));
        assertThat(matcher.find()).isTrue();
        return Long.parseLong(matcher.group(1));
    }
}
