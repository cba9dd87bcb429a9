package org.truckee.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.sftp.AccountChanges;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `truckee authorize`.
@Command(
        name = "authorize",
        description = "Let a user of a gateway log in with a public key too, read from standard input as it stands in"
                + " a file id_*.pub.")
final class AuthorizeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "The gateway's directory.")
    private Path dir;

    @Parameters(paramLabel = "USER", description = "Whose key it is.")
    private String user;

    @Override
    public Integer call() throws IOException {
        NodeDirectory directory = NodeDirectory.open(dir);
        String key = new String(System.in.readAllBytes(), UTF_8).strip();
        AccountChanges.addKey(directory, user, key);
        return 0;
    }
}
