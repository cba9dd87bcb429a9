package org.truckee.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.truckee.client.cap.Encoding;
import org.truckee.protocol.introducer.Introducers;
import org.truckee.sftp.RecoveryFile;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Options of a new gateway.
final class GatewayOptions {
    private static final int SFTP_PORT = 8022;

    @Option(names = "--shares-needed", paramLabel = "K", description = "Shares that give a file back; 3.")
    private @Nullable Integer needed;

    @Option(names = "--shares-happy", paramLabel = "H", description = "Servers that must hold a share each; 7.")
    private @Nullable Integer happy;

    @Option(names = "--shares-total", paramLabel = "N", description = "Shares of a file; 10.")
    private @Nullable Integer total;

    @Mixin
    private InheritedOptions inherited;

    @Option(
            names = "--helper-furl",
            paramLabel = "ADDRESS",
            converter = SecretArgument.Converter.class,
            description = "A helper's address, - to read it, or @FILE: files are sent there once instead of to every"
                    + " storage node.")
    private @Nullable SecretArgument helperFurl;

    @Option(names = "--sftp-port", paramLabel = "PORT", description = "The SFTP port; 0 for a free one.")
    private @Nullable String sftpPort;

    void write(NewNode node, PlaceOptions place) throws IOException {
        var inheritance = inherited.read();
        inheritance.recovery().ifPresent(this::encodeLike);
        int k = needed();
        int h = happy();
        int n = total();
        if (k < 1 || k > h || h > n || n > Encoding.MAX_TOTAL) {
            throw new WrongOptionException("need 1 <= --shares-needed <= --shares-happy <= --shares-total <= 256, got "
                    + k + ", " + h + ", " + n);
        }
        node.set("client", "shares.needed", Integer.toString(k))
                .set("client", "shares.happy", Integer.toString(h))
                .set("client", "shares.total", Integer.toString(n))
                .set("sftpd", "enabled", "true")
                .set("sftpd", "port", place.endpoint("--sftp-port", Optional.ofNullable(sftpPort), SFTP_PORT))
                .set("sftpd", "accounts.file", "private/accounts");
        if (helperFurl != null) {
            String address = helperFurl.read();
            node.set(
                    "client",
                    "helper.furl",
                    Introducers.address("--helper-furl", address).uri());
        }
        inheritance.write(node);
    }

    private void encodeLike(RecoveryFile from) {
        needed = Optional.ofNullable(needed).orElse(from.needed());
        happy = Optional.ofNullable(happy).orElse(from.happy());
        total = Optional.ofNullable(total).orElse(from.total());
    }

    /// Whoever did not think about the encoding should know what it needs.
    void explain(PrintWriter out) {
        if (needed == null && happy == null && total == null) {
            out.println("files are kept as " + total() + " shares of which any " + needed()
                    + " give a file back, so storing needs at least " + happy() + " connected storage nodes, better "
                    + total() + "; --shares-needed, --shares-happy and --shares-total say otherwise");
        }
    }

    private int needed() {
        return Optional.ofNullable(needed).orElse(3);
    }

    private int happy() {
        return Optional.ofNullable(happy).orElse(7);
    }

    private int total() {
        return Optional.ofNullable(total).orElse(10);
    }
}
