package org.truckee.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.truckee.client.cap.Encoding;
import org.truckee.client.immutable.EncryptedFile;
import org.truckee.client.immutable.Plaintext;
import org.truckee.client.immutable.Segmentation;
import org.truckee.crypto.Base32;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.protocol.node.BadConfigurationException;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// How an immutable file is coded, and under which key.
final class ImmutableOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--required", paramLabel = "K", description = "Shares that give the file back.")
    private int required;

    @Option(names = "--total", paramLabel = "N", description = "Shares there are.")
    private int total;

    @Option(
            names = "--segment-size",
            paramLabel = "BYTES",
            description = "Largest segment, in bytes.",
            defaultValue = "" + Segmentation.DEFAULT_SEGMENT_BYTES,
            showDefaultValue = Visibility.ALWAYS)
    private int segmentBytes;

    @Option(names = "--convergence", paramLabel = "HEX", description = "The convergence secret.")
    private @Nullable String hex;

    @Option(
            names = "--node-directory",
            paramLabel = "DIR",
            description = "A node's directory, to take the convergence secret from.")
    private @Nullable Path nodeDirectory;

    /// The contents of a file of more than 55 bytes, encrypted under the
    /// key that follows from them.
    EncryptedFile encrypt(FileChannel file) throws IOException {
        Encoding encoding = encoding();
        if (segmentBytes < 1) {
            throw wrong("--segment-size must be at least 1, got " + segmentBytes);
        }
        var segmentation = Segmentation.of(encoding, file.size(), segmentBytes);
        return EncryptedFile.convergent(Plaintext.of(file, file.size()), secret(), segmentation);
    }

    private Encoding encoding() {
        try {
            return new Encoding(required, total);
        } catch (IllegalArgumentException e) {
            throw wrong("--required and --total: " + e.getMessage());
        }
    }

    private ConvergenceSecret secret() throws IOException {
        if (nodeDirectory != null && hex == null) {
            Path file = nodeDirectory.resolve("private").resolve("convergence");
            return Base32.decode(Files.readString(file).strip())
                    .map(ConvergenceSecret::new)
                    .orElseThrow(() -> new BadConfigurationException(file + " does not hold base32"));
        }
        if (hex == null || nodeDirectory != null) {
            throw wrong("give either --convergence HEX or --node-directory DIR");
        }
        try {
            return new ConvergenceSecret(HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException e) {
            throw wrong("--convergence is not hexadecimal");
        }
    }

    private ParameterException wrong(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }
}
