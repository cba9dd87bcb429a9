package org.truckee.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/// Processes whose system calls `strace` shows, or lets fail.
final class Strace {
    private Strace() {}

    /// Runs `main` with a node's directory as its argument; gives what it printed.
    static List<String> run(Path node, Class<?> main, String... options) throws Exception {
        if (!isInstalled()) {
            if (System.getenv("CI") != null) {
                fail("strace is not installed");
            }
            System.err.println(
                    "LEFT OUT: " + main.getEnclosingClass().getSimpleName() + " needs strace (apt-get install strace)");
            Assumptions.abort("strace is not installed");
        }
        var command = new ArrayList<>(List.of("strace", "-f"));
        command.addAll(List.of(options));
        command.addAll(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                node.toString()));
        Process process = new ProcessBuilder(command)
                .redirectOutput(node.resolve("out").toFile())
                .redirectError(node.resolve("err").toFile())
                .start();
        assertThat(process.waitFor()).as(Files.readString(node.resolve("err"))).isZero();
        return Files.readAllLines(node.resolve("out"));
    }

    private static boolean isInstalled() {
        try {
            return new ProcessBuilder("strace", "-V")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
