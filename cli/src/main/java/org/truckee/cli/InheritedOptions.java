package org.truckee.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.crypto.Furl;
import org.truckee.protocol.introducer.Introducers;
import org.truckee.sftp.RecoveryFile;
import picocli.CommandLine.Option;

/// What a new gateway takes over from one that is or was.
final class InheritedOptions {
    private static final String ALIAS = "tahoe:";

    @Option(
            names = "--recovery",
            paramLabel = "FILE",
            description = "A file that `truckee recovery` made: accounts, root directory, introducers and encoding are"
                    + " those of that gateway.")
    private @Nullable Path recovery;

    @Option(
            names = "--root-cap-file",
            paramLabel = "FILE",
            description = "A file with the capability of the root directory, in place of a new one; another gateway's"
                    + " private/aliases will do.")
    private @Nullable Path rootCap;

    /// What is taken over, read now.
    Inheritance read() throws IOException {
        if (recovery != null && rootCap != null) {
            throw new WrongOptionException("--recovery has a root directory, so --root-cap-file must not be given");
        }
        return new Inheritance(
                recovery == null ? Optional.empty() : Optional.of(read(recovery)),
                rootCap == null ? Optional.empty() : Optional.of(root(rootCap)));
    }

    /// What a new gateway gets from an older one.
    record Inheritance(Optional<RecoveryFile> recovery, Optional<DirectoryCap> root) {
        /// What the command line says goes before.
        void write(NewNode node) {
            root.ifPresent(cap -> node.file("private/aliases", ALIAS + " " + cap.uri() + "\n"));
            recovery.ifPresent(from -> takeOver(node, from));
        }
    }

    private static DirectoryCap root(Path file) throws IOException {
        String text = Files.readString(file).strip();
        String cap = text.startsWith(ALIAS) ? text.substring(ALIAS.length()).strip() : text;
        if (Cap.parse(cap) instanceof DirectoryCap directory) {
            return directory;
        }
        throw new WrongOptionException("--root-cap-file: what " + file + " holds is not a directory's capability");
    }

    private static RecoveryFile read(Path file) throws IOException {
        String text = Files.readString(file);
        return RecoveryFile.isSealed(text)
                ? RecoveryFile.parse(text, Hidden.line("Passphrase of " + file))
                : RecoveryFile.parse(text);
    }

    private static void takeOver(NewNode node, RecoveryFile from) {
        Map<String, Furl> others = from.introducers();
        Optional.ofNullable(others.remove(Introducers.DEFAULT))
                .ifPresent(usual -> node.setIfAbsent("client", "introducer.furl", usual.uri()));
        if (!others.isEmpty()) {
            node.fileIfAbsent("private/" + Introducers.FILE, Introducers.text(others));
        }
        from.files().forEach(node::file);
    }
}
