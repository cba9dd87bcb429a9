package org.truckee.client.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.truckee.crypto.Base32;
import org.truckee.crypto.Tag;

/// What a name stood for when it was looked at: equal for two names exactly if they stand for the same file or
/// directory with the same authority. Public: it tells nothing of the capabilities that it is made from.
///
/// @param text 26 characters
public record LinkIdentity(String text) {
    private static final int BYTES = 16;

    static LinkIdentity of(Child child) {
        byte[] read = child.read().orElse("").getBytes(UTF_8);
        byte[] write = child.write().orElse("").getBytes(UTF_8);
        return new LinkIdentity(Base32.encode(Tag.LINK_IDENTITY.pair(read, write, BYTES)));
    }
}
