package org.truckee.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.FileCap;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.cap.MutableReadCap;
import org.truckee.client.cap.MutableVerifyCap;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.cap.UnknownCap;
import org.truckee.client.cap.WriteCap;
import org.truckee.crypto.Hash;
import org.truckee.crypto.StorageIndex;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `truckee debug dump-cap`.
@Command(name = "dump-cap", description = "Print what a capability says, and the lesser ones that follow from it.")
final class DumpCapCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "CAP",
            description = "The capability, - for standard input or @FILE.",
            converter = SecretArgument.Converter.class)
    private SecretArgument cap;

    @Option(names = "--secrets", description = "Print the capabilities themselves, keys included.")
    private boolean secrets;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Cap parsed = Cap.parse(cap.read());
        switch (parsed) {
            case DirectoryCap directory -> {
                out.println("a directory, whose table is:");
                dump(directory.file(), out);
                if (directory.file() instanceof WriteCap table) {
                    secret(out, "read the directory", new DirectoryCap(table.readOnly()));
                }
            }
            case FileCap file -> dump(file, out);
            case UnknownCap _ -> out.println("unknown: a later version may understand it");
        }
        return 0;
    }

    private void dump(FileCap file, PrintWriter out) {
        switch (file) {
            case LiteralCap literal -> {
                out.println("literal file, read capability");
                out.println("size: " + literal.data().length);
                secret(out, "read", literal);
            }
            case ChkReadCap chk -> {
                out.println("immutable file (CHK), read capability");
                secret(out, "read", chk);
                chk(out, chk.key().storageIndex(), chk.uriExtensionHash(), chk.encoding(), chk.size());
                out.println("verify: " + chk.toVerifyCap().uri());
            }
            case ChkVerifyCap chk -> {
                out.println("immutable file (CHK), verify capability");
                chk(out, chk.storageIndex(), chk.uriExtensionHash(), chk.encoding(), chk.size());
            }
            case MutableWriteCap mutable -> {
                out.println("mutable file (" + mutable.format() + "), write capability");
                secret(out, "write", mutable);
                secret(out, "read", mutable.readOnly());
                mutable(out, mutable.readOnly().toVerifyCap());
            }
            case MutableReadCap mutable -> {
                out.println("mutable file (" + mutable.format() + "), read capability");
                secret(out, "read", mutable);
                mutable(out, mutable.toVerifyCap());
            }
            case MutableVerifyCap mutable -> {
                out.println("mutable file (" + mutable.format() + "), verify capability");
                mutable(out, mutable);
            }
        }
    }

    private void secret(PrintWriter out, String authority, Cap secretCap) {
        if (secrets) {
            out.println(authority + ": " + secretCap.uri());
        }
    }

    private static void chk(PrintWriter out, StorageIndex index, Hash hash, Encoding encoding, long size) {
        out.println("storage index: " + index);
        out.println("URI extension hash: " + hash);
        out.println("encoding: " + encoding);
        out.println("size: " + size);
    }

    private static void mutable(PrintWriter out, MutableVerifyCap cap) {
        out.println("storage index: " + cap.storageIndex());
        out.println("fingerprint: " + cap.fingerprint());
        out.println("verify: " + cap.uri());
    }
}
