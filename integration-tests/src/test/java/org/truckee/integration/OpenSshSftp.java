package org.truckee.integration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// OpenSSH's `sftp`, fed with commands.
final class OpenSshSftp {
    private final Path folder;
    private final int port;

    /// Runs in `folder`.
    OpenSshSftp(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    static boolean isInstalled() {
        return Files.isExecutable(Path.of("/usr/bin/sftp"));
    }

    /// What it printed, standard error included; it goes on after commands that fail.
    String run(String... commands) throws IOException, InterruptedException {
        Path askpass = folder.resolve("askpass");
        if (!Files.exists(askpass)) {
            Files.writeString(askpass, "#!/bin/sh\necho passw0rd\n");
            Files.setPosixFilePermissions(askpass, PosixFilePermissions.fromString("rwx------"));
        }
        Path log = Files.createTempFile(folder, "sftp", ".log");
        var builder = new ProcessBuilder(List.of(
                "/usr/bin/sftp",
                "-q",
                "-P",
                Integer.toString(port),
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-o",
                "LogLevel=ERROR",
                "tahoe@127.0.0.1"));
        builder.environment().put("SSH_ASKPASS", askpass.toString());
        builder.environment().put("SSH_ASKPASS_REQUIRE", "force");
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process sftp = builder.directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try (var input = sftp.outputWriter()) {
            input.write(String.join("\n", commands) + "\n");
        }
        if (!sftp.waitFor(5, TimeUnit.MINUTES)) {
            sftp.destroyForcibly();
            throw new IOException("sftp hangs; it said: " + Files.readString(log));
        }
        return Files.readString(log);
    }
}
