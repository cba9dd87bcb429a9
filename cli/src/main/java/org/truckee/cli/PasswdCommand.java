package org.truckee.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.sftp.AccountChanges;
import org.truckee.sftp.FirstAccount;
import org.truckee.status.Sentence;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `truckee passwd`.
@Command(
        name = "passwd",
        description = "Give a user of a gateway another password, read from standard input. Only a hash of it is kept.")
final class PasswdCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "The gateway's directory.")
    private Path dir;

    @Parameters(paramLabel = "USER", description = "Whose password it is.")
    private String user;

    @Override
    public Integer call() throws IOException {
        NodeDirectory directory = NodeDirectory.open(dir);
        String password = Hidden.line("New password of " + user);
        try {
            AccountChanges.setPassword(
                    directory, user, new FirstAccount(user, password, true).password(), new SecureRandom());
        } catch (IllegalArgumentException e) {
            throw new WrongOptionException(Sentence.of(e));
        }
        return 0;
    }
}
