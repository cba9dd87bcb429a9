package org.truckee.introducer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.truckee.protocol.cbor.CborReader;
import org.truckee.protocol.cbor.CborWriter;
import org.truckee.protocol.cbor.MalformedCborException;
import org.truckee.protocol.introducer.SignedAnnouncement;
import org.truckee.protocol.node.BadConfigurationException;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.WholeFile;

/// The announcements that a board keeps on disk.
///
/// ```
/// [ [message, signature, key, heard], ... ]     CBOR byte strings; heard: seconds since 1970, 8 bytes
/// ```
final class BoardFile {
    private static final int MOST = 1 << 16;

    private final Path path;

    private BoardFile(Path path) {
        this.path = path;
    }

    static BoardFile of(NodeDirectory directory) {
        return new BoardFile(directory.path().resolve("announcements"));
    }

    /// An announcement and when it came.
    record Kept(SignedAnnouncement signed, Instant heardAt) {}

    /// None, if there is no file.
    List<Kept> read() throws IOException {
        if (!Files.exists(path)) {
            return List.of();
        }
        try (var reader = new CborReader(Files.readAllBytes(path))) {
            List<Kept> kept = reader.list(MOST, BoardFile::read);
            reader.end();
            return kept;
        } catch (MalformedCborException e) {
            throw new BadConfigurationException(path + " does not hold announcements: restore it from a backup, or"
                    + " remove it, and nodes announce themselves again within a day");
        }
    }

    private static Kept read(CborReader reader) throws IOException {
        List<byte[]> parts = reader.list(4, CborReader::bytes);
        if (parts.size() != 4 || parts.get(3).length != Long.BYTES) {
            throw new MalformedCborException("a kept announcement has four parts");
        }
        long heard = ByteBuffer.wrap(parts.get(3)).getLong();
        return new Kept(new SignedAnnouncement(parts.get(0), parts.get(1), parts.get(2)), Instant.ofEpochSecond(heard));
    }

    void write(List<Kept> all) throws IOException {
        var writer = new CborWriter().array(all.size());
        for (Kept kept : all) {
            writer.array(4)
                    .bytes(kept.signed().message())
                    .bytes(kept.signed().signature())
                    .bytes(kept.signed().key())
                    .bytes(ByteBuffer.allocate(Long.BYTES)
                            .putLong(0, kept.heardAt().getEpochSecond()))
                    .endArray();
        }
        WholeFile.writeSecret(path, writer.endArray().toBytes());
    }
}
