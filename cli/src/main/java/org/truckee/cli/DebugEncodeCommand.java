package org.truckee.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.immutable.ChkEncoder;
import org.truckee.client.immutable.EncryptedFile;
import org.truckee.crypto.StorageIndex;
import org.truckee.storage.NewImmutableShare;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `truckee debug encode`.
@Command(name = "encode", description = "Write the share files of an immutable FILE, and print its capability.")
final class DebugEncodeCommand implements Callable<Integer> {
    private static final int PIECE_BYTES = 64 << 10;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The file.")
    private Path file;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the shares go: DIR/PP/SI/N.")
    private Path out;

    @Mixin
    private ImmutableOptions options;

    @Override
    public Integer call() throws IOException {
        try (var channel = FileChannel.open(file)) {
            Cap cap = channel.size() <= LiteralCap.MAX_BYTES
                    ? new LiteralCap(Files.readAllBytes(file))
                    : encode(options.encrypt(channel));
            spec.commandLine().getOut().println(cap.uri());
            return 0;
        }
    }

    private Cap encode(EncryptedFile source) throws IOException {
        int total = source.segmentation().encoding().total();
        List<NewImmutableShare> shares = new ArrayList<>();
        try (var encoder = new ChkEncoder(source)) {
            Path folder = folder(source.storageIndex());
            for (int share = 0; share < total; share++) {
                Path path = folder.resolve(Integer.toString(share));
                Files.deleteIfExists(path);
                shares.add(NewImmutableShare.create(path, encoder.shareBytes()));
            }
            write(encoder, source.segmentation().segments(), shares);
            var verifyCap = encoder.trailers().verifyCap();
            return new ChkReadCap(source.key(), verifyCap.uriExtensionHash(), verifyCap.encoding(), verifyCap.size());
        } finally {
            for (var share : shares) {
                share.close();
            }
        }
    }

    private Path folder(StorageIndex storageIndex) throws IOException {
        String name = storageIndex.toString();
        return Files.createDirectories(out.resolve(name.substring(0, 2)).resolve(name));
    }

    private static void write(ChkEncoder encoder, int segments, List<NewImmutableShare> shares) throws IOException {
        byte[] header = encoder.header();
        for (var share : shares) {
            share.write(0, ByteBuffer.wrap(header));
        }
        long at = header.length;
        for (int segment = 0; segment < segments; segment++) {
            byte[][] blocks = encoder.nextSegment();
            for (int share = 0; share < blocks.length; share++) {
                shares.get(share).write(at, ByteBuffer.wrap(blocks[share]));
            }
            at += blocks[0].length;
        }
        var trailers = encoder.trailers();
        var piece = ByteBuffer.allocate(PIECE_BYTES);
        for (int share = 0; share < shares.size(); share++) {
            long to = at;
            try (var end = trailers.of(share)) {
                while (end.read(piece.clear()) >= 0) {
                    int bytes = piece.position();
                    shares.get(share).write(to, piece.flip());
                    to += bytes;
                }
            }
        }
    }
}
