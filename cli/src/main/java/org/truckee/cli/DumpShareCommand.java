package org.truckee.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.truckee.client.immutable.ChkShareDump;
import org.truckee.client.mutable.MutableShareDump;
import org.truckee.client.share.ShareSource;
import org.truckee.storage.Lease;
import org.truckee.storage.ShareFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `truckee debug dump-share`.
@Command(name = "dump-share", description = "Print what a share file says, without believing it.")
final class DumpShareCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A share file.")
    private Path path;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (var file = ShareFile.open(path)) {
            out.println("container: " + file.kind() + ", version " + file.version());
            out.println("share bytes: " + file.shareBytes());
            for (Lease lease : file.leases()) {
                out.println("lease: owner " + lease.owner() + ", until " + lease.expiration());
            }
            ShareSource share = SharesBelow.source(file);
            var lines = switch (file.kind()) {
                case IMMUTABLE -> ChkShareDump.lines(share);
                case MUTABLE -> MutableShareDump.lines(share);
            };
            lines.forEach(out::println);
        }
        return 0;
    }
}
