package org.truckee.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunningProcessTest {
    @TempDir
    private Path directory;

    private Process other;

    @BeforeEach
    void startAnotherProcess() throws Exception {
        other = new ProcessBuilder("sleep", "60").start();
    }

    @AfterEach
    void stopIt() {
        other.destroyForcibly();
    }

    @Test
    void theFileHasTheLineThatTahoeLafsReadsAndIsGoneAfterwards() throws Exception {
        try (var _ = RunningProcess.lock(directory)) {
            assertThat(file()).content().matches(ProcessHandle.current().pid() + " [0-9]+\\.[0-9]+\n");
        }
        assertThat(file()).doesNotExist();
    }

    @Test
    void twoCannotRunOnOneDirectory() throws Exception {
        try (var _ = RunningProcess.lock(directory)) {
            assertThatThrownBy(() -> RunningProcess.lock(directory))
                    .isInstanceOf(BadConfigurationException.class)
                    .hasMessage(directory + " is in use by process "
                            + ProcessHandle.current().pid());
        }
    }

    @Test
    void aProcessOfTahoeLafsThatRunsThereIsInTheWay() throws Exception {
        long start = other.info().startInstant().orElseThrow().getEpochSecond();
        Files.writeString(file(), other.pid() + " " + start + ".25\n");
        assertThatThrownBy(() -> RunningProcess.lock(directory))
                .hasMessage(directory + " is in use by process " + other.pid());
    }

    @Test
    void aProcessThatGotTheNumberOfOneThatIsGoneIsNotInTheWay() throws Exception {
        long start = other.info().startInstant().orElseThrow().getEpochSecond();
        Files.writeString(file(), other.pid() + " " + (start - 1000) + ".25\n");
        RunningProcess.lock(directory).close();
    }

    @Test
    void aProcessThatIsGoneIsNotInTheWay() throws Exception {
        long start = other.info().startInstant().orElseThrow().getEpochSecond();
        Files.writeString(file(), other.pid() + " " + start + ".25\n");
        other.destroyForcibly().waitFor();
        RunningProcess.lock(directory).close();
    }

    private Path file() {
        return directory.resolve("running.process");
    }
}
