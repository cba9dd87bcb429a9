package org.truckee.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.sftp.RecoveryFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `truckee recovery`.
@Command(
        name = "recovery",
        description = "Print what a gateway has that no other machine has: who has this file and the grid has all"
                + " files. Keep it somewhere else; `truckee create-gateway --recovery FILE` makes the gateway again.")
final class RecoveryCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The gateway's directory.")
    private Path dir;

    @Option(names = "--passphrase", description = "Encrypt it with a passphrase, typed or read from standard input.")
    private boolean withPassphrase;

    @Override
    public Integer call() throws IOException {
        NodeDirectory directory = NodeDirectory.open(dir);
        RecoveryFile file = RecoveryFile.of(directory);
        PrintWriter out = spec.commandLine().getOut();
        out.print(withPassphrase ? file.text(Hidden.line("Passphrase"), new SecureRandom()) : file.text());
        out.flush();
        if (out.checkError()) {
            throw new IOException("the recovery file was not written: standard output is closed or full");
        }
        RecoveryFile.made(directory);
        return 0;
    }
}
