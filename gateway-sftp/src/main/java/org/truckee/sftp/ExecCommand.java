package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a [RemoteCommand] on an SSH channel, or says that there is no such command.
final class ExecCommand implements Command {
    private static final Logger LOG = LoggerFactory.getLogger(ExecCommand.class);
    private static final int FAILED = 1;
    private static final int NOT_FOUND = 127;

    private final Optional<RemoteCommand> command;
    private final TreeSource trees;
    private final Executor threads;
    private @Nullable OutputStream out;
    private @Nullable OutputStream errors;
    private @Nullable ExitCallback exit;

    ExecCommand(Optional<RemoteCommand> command, TreeSource trees, Executor threads) {
        this.command = command;
        this.trees = trees;
        this.threads = threads;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
        threads.execute(this::run);
    }

    private void run() {
        if (command.isEmpty()) {
            end(errors, "only md5sum, sha1sum, sha256sum and df run here; everything else is SFTP\n", NOT_FOUND);
            return;
        }
        try {
            end(out, command.get().run(trees.tree()), 0);
        } catch (IOException | RuntimeException e) {
            if (e instanceof RuntimeException) {
                LOG.atError().setCause(e).log("a command failed");
            }
            end(errors, SftpStatus.of(e).message() + "\n", FAILED);
        }
    }

    private void end(@Nullable OutputStream to, String text, int code) {
        int result = code;
        try {
            Objects.requireNonNull(to).write(text.getBytes(UTF_8));
            Objects.requireNonNull(to).flush();
        } catch (IOException gone) {
            result = FAILED;
        }
        Objects.requireNonNull(exit).onExit(result);
    }

    @Override
    public void destroy(ChannelSession channel) {
        // what it looks up ends by itself
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
        exit = callback;
    }

    @Override
    public void setInputStream(InputStream in) {
        // nothing is read
    }

    @Override
    public void setOutputStream(OutputStream stream) {
        out = stream;
    }

    @Override
    public void setErrorStream(OutputStream stream) {
        errors = stream;
    }
}
