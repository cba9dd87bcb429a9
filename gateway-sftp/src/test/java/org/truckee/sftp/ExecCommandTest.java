package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.server.StandardEnvironment;
import org.apache.sshd.server.channel.ChannelSession;
import org.junit.jupiter.api.Test;

class ExecCommandTest {
    @Test
    void aCommandThatFailsUnexpectedlyEndsWithAnAnswer() throws Exception {
        var command = new ExecCommand(
                RemoteCommand.parse("df"),
                () -> {
                    throw new IllegalStateException("something nobody thought of");
                },
                Runnable::run);
        var errors = new ByteArrayOutputStream();
        var exit = new CompletableFuture<Integer>();
        command.setErrorStream(errors);
        command.setExitCallback((code, _, _) -> exit.complete(code));
        command.start(new ChannelSession(), new StandardEnvironment());
        assertThat(exit.get(1, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(errors.toString(UTF_8)).isEqualTo("the gateway failed; its log says why\n");
    }
}
