package org.truckee.client.immutable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.truckee.client.share.ShareSource;

/// What a share of an immutable file says, as lines for people. Nothing of it is proven.
public final class ChkShareDump {
    private static final int MAX_URI_EXTENSION_BYTES = 2000;

    private ChkShareDump() {}

    public static List<String> lines(ShareSource share) throws IOException {
        Optional<ShareLayout> found = ShareLayout.read(ByteBuffer.wrap(share.read(0, ShareLayout.MAX_HEADER_BYTES)));
        if (found.isEmpty()) {
            return List.of("the share has no header of version 1 or 2");
        }
        ShareLayout layout = found.get();
        List<String> lines = new ArrayList<>();
        lines.add("share version: " + layout.version());
        lines.add("block bytes: " + layout.blockBytes());
        lines.add("bytes of all blocks: " + layout.shareDataBytes());
        lines.add("blocks at: " + layout.data());
        lines.add("unused plaintext hashes at: " + layout.plaintextHashes());
        lines.add("ciphertext hashes at: " + layout.ciphertextHashes());
        lines.add("block hashes at: " + layout.blockHashes());
        lines.add("share hashes at: " + layout.shareHashes());
        lines.add("URI extension at: " + layout.uriExtension());
        long at = layout.uriExtension() + layout.lengthBytes();
        UriExtension.fields(share.read(at, MAX_URI_EXTENSION_BYTES))
                .map(Map::entrySet)
                .ifPresentOrElse(
                        fields -> fields.forEach(field ->
                                lines.add("  " + field.getKey() + ": " + UriExtension.readable(field.getValue()))),
                        () -> lines.add("  the URI extension cannot be read"));
        return lines;
    }
}
