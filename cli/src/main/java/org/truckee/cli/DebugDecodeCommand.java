package org.truckee.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.cap.MutableReadCap;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.cap.UnknownCap;
import org.truckee.client.cap.VerifyCap;
import org.truckee.client.immutable.ChkRecovery;
import org.truckee.client.mutable.MutableRecovery;
import org.truckee.client.share.DamageReport;
import org.truckee.crypto.StorageIndex;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `truckee debug decode`.
@Command(
        name = "decode",
        description = "Get a file, or a directory's table, back from share files anywhere below a folder.")
final class DebugDecodeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DIR", description = "The folder.")
    private Path folder;

    @Parameters(
            index = "1",
            paramLabel = "CAP",
            description = "The capability, - for standard input or @FILE.",
            converter = SecretArgument.Converter.class)
    private SecretArgument cap;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where the contents go.")
    private Path out;

    @Option(names = "--verify", description = "Name also damage in bytes that no reader uses.")
    private boolean verify;

    @Override
    public Integer call() throws IOException {
        PrintWriter errors = spec.commandLine().getErr();
        var report = new DamageReport(errors::println);
        Path partial = out.resolveSibling(out.getFileName() + ".partial");
        try (var channel = FileChannel.open(
                partial,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            decode(Cap.parse(cap.read()), channel, report);
            Files.move(partial, out, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
            errors.flush();
        }
        return 0;
    }

    private void decode(Cap wanted, FileChannel channel, DamageReport report) throws IOException {
        switch (wanted) {
            case DirectoryCap directory -> decode(directory.file(), channel, report);
            case LiteralCap literal -> channel.write(ByteBuffer.wrap(literal.data()));
            case ChkReadCap chk -> decode(chk, channel, report);
            case MutableReadCap mutable -> decode(mutable, channel, report);
            case MutableWriteCap mutable -> decode(mutable.readOnly(), channel, report);
            case VerifyCap _ -> throw new IOException("a verify capability does not give the contents");
            case UnknownCap _ -> throw new IOException("this is not a capability of a kind that is known here");
        }
    }

    private SharesBelow shares(StorageIndex storageIndex, DamageReport report) throws IOException {
        return SharesBelow.find(folder, storageIndex, report, spec.commandLine().getErr()::println);
    }

    private void decode(ChkReadCap chk, FileChannel channel, DamageReport report) throws IOException {
        try (var shares = shares(chk.key().storageIndex(), report)) {
            var recovery = new ChkRecovery(chk, shares.shares(), report);
            recovery.writeTo(channel);
            if (verify) {
                recovery.verify(channel);
            }
        }
    }

    private void decode(MutableReadCap mutable, FileChannel channel, DamageReport report) throws IOException {
        try (var shares = shares(mutable.readKey().storageIndex(), report)) {
            var recovery = new MutableRecovery(mutable, shares.shares(), report);
            recovery.writeTo(channel);
            if (verify) {
                recovery.verify(channel);
            }
        }
    }
}
