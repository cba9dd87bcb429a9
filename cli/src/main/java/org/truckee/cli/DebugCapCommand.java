package org.truckee.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.cap.MutableFormat;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.immutable.ChkEncoder;
import org.truckee.client.immutable.Segmentation;
import org.truckee.crypto.MutableSigningKey;
import org.truckee.protocol.node.BadConfigurationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `truckee debug cap`.
@Command(
        name = "cap",
        description = "Print the capability that an immutable FILE gets, or that the key of a mutable file gives.")
final class DebugCapCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "An immutable file.")
    private @Nullable Path file;

    @Mixin
    private ImmutableOptions options;

    @Option(names = "--mutable", paramLabel = "FORMAT", description = "sdmf or mdmf; with --private-key.")
    private @Nullable String format;

    @Option(names = "--private-key", paramLabel = "PEMFILE", description = "The RSA key of a mutable file.")
    private @Nullable Path privateKey;

    @Override
    public Integer call() throws IOException {
        boolean mutable = format != null && privateKey != null;
        if ((file != null) == mutable || (format != null) != (privateKey != null)) {
            throw wrong("give either FILE or --mutable FORMAT --private-key PEMFILE");
        }
        Cap cap = file != null ? immutable(file) : mutable();
        spec.commandLine().getOut().println(cap.uri());
        return 0;
    }

    private Cap immutable(Path path) throws IOException {
        try (var channel = FileChannel.open(path)) {
            if (channel.size() <= LiteralCap.MAX_BYTES) {
                return new LiteralCap(Files.readAllBytes(path));
            }
            var source = options.encrypt(channel);
            Segmentation segmentation = source.segmentation();
            try (var encoder = new ChkEncoder(source)) {
                for (int segment = 0; segment < segmentation.segments(); segment++) {
                    encoder.nextSegment();
                }
                var verifyCap = encoder.trailers().verifyCap();
                return new ChkReadCap(
                        source.key(), verifyCap.uriExtensionHash(), verifyCap.encoding(), verifyCap.size());
            }
        }
    }

    private Cap mutable() throws IOException {
        MutableFormat kind = switch (String.valueOf(format).toLowerCase(Locale.ROOT)) {
            case "sdmf" -> MutableFormat.SDMF;
            case "mdmf" -> MutableFormat.MDMF;
            default -> throw wrong("--mutable is sdmf or mdmf");
        };
        Path path = Path.of(String.valueOf(privateKey));
        return MutableSigningKey.fromPem(Files.readString(path))
                .map(key -> MutableWriteCap.of(kind, key))
                .orElseThrow(() -> new BadConfigurationException(path + " holds no RSA key of 2048 bits in PEM"));
    }

    private ParameterException wrong(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }
}
