package org.truckee.client.mutable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.truckee.client.share.ShareSource;
import org.truckee.protocol.storage.ByteRange;

/// What a share of a mutable file says, as lines for people. Nothing of it is proven.
public final class MutableShareDump {
    private static final int START_BYTES = 256;

    private MutableShareDump() {}

    public static List<String> lines(ShareSource share) throws IOException {
        var start = ByteBuffer.wrap(share.read(0, START_BYTES));
        Optional<MutableHeader> found = MutableHeader.read(start);
        if (found.isEmpty()) {
            return List.of("the share has no header of SDMF or MDMF");
        }
        MutableHeader header = found.get();
        List<String> lines = new ArrayList<>();
        lines.add("format: " + header.format());
        lines.add("sequence number: " + header.sequenceNumber());
        lines.add("root hash: " + header.root());
        header.salt().ifPresent(salt -> lines.add("salt: " + salt));
        lines.add("encoding: " + header.encoding());
        lines.add("segment bytes: " + header.segmentBytes());
        lines.add("file bytes: " + header.fileBytes());
        MutableLayout.read(header, start)
                .ifPresentOrElse(layout -> lines.addAll(layout(layout)), () -> lines.add("its offsets are impossible"));
        return lines;
    }

    private static List<String> layout(MutableLayout layout) {
        return List.of(
                "public key: " + range(layout.publicKey()),
                "signature: " + range(layout.signature()),
                "share hashes: " + range(layout.shareHashes()),
                "block hashes: " + range(layout.blockHashes()),
                "blocks: " + range(layout.blocks()),
                "encrypted signing key: " + range(layout.signingKey()),
                "end: " + layout.end());
    }

    private static String range(ByteRange range) {
        return "[" + range.begin() + "-" + range.end() + ")";
    }
}
