package org.truckee.protocol.introducer;

import java.io.IOException;
import java.util.List;
import org.truckee.protocol.cbor.CborReader;
import org.truckee.protocol.cbor.CborWriter;
import org.truckee.protocol.cbor.Field;
import org.truckee.protocol.cbor.MalformedCborException;

/// The bodies of the introducer's protocol, both ways.
///
/// ```
/// POST /introducer/v1/announcements                              [message, signature, key] -> Published
/// GET  /introducer/v1/announcements?service=S&cursor=C&wait=T    -> News
/// ```
public final class IntroducerMessages {
    /// The longest announcement, its three parts together, in bytes.
    public static final int MAX_ANNOUNCEMENT_BYTES = 8 << 10;

    private static final int MAX_ANNOUNCEMENTS = 1 << 16;

    private static final Field<Boolean> ACCEPTED = new Field<>("accepted", CborReader::bool);
    private static final Field<Long> SEQNUM = new Field<>("seqnum", CborReader::unsigned);
    private static final Field<String> CURSOR = new Field<>("cursor", CborReader::text);
    private static final Field<List<SignedAnnouncement>> ANNOUNCEMENTS =
            new Field<>("announcements", r -> r.list(MAX_ANNOUNCEMENTS, IntroducerMessages::readTriple));

    private IntroducerMessages() {}

    /// Whether an announcement replaced what was there, and the seqnum that is there now.
    public record Published(boolean accepted, long seqnum) {}

    /// What is new since a cursor, and the cursor to ask with next.
    public record News(String cursor, List<SignedAnnouncement> announcements) {
        public News {
            announcements = List.copyOf(announcements);
        }
    }

    public static byte[] write(SignedAnnouncement announcement) {
        var writer = new CborWriter();
        write(writer, announcement);
        return writer.toBytes();
    }

    public static SignedAnnouncement readAnnouncement(byte[] message) throws IOException {
        try (var reader = new CborReader(message)) {
            SignedAnnouncement announcement = readTriple(reader);
            reader.end();
            return announcement;
        }
    }

    public static byte[] write(Published published) {
        return new CborWriter()
                .map(2)
                .key(ACCEPTED)
                .bool(published.accepted())
                .key(SEQNUM)
                .number(published.seqnum())
                .endMap()
                .toBytes();
    }

    public static Published readPublished(byte[] message) throws IOException {
        try (var reader = new CborReader(message)) {
            var fields = reader.fields(ACCEPTED, SEQNUM);
            return new Published(fields.get(ACCEPTED), fields.get(SEQNUM));
        }
    }

    public static byte[] write(News news) {
        var writer = new CborWriter().map(2).key(CURSOR).text(news.cursor());
        writer.key(ANNOUNCEMENTS).array(news.announcements().size());
        news.announcements().forEach(announcement -> write(writer, announcement));
        return writer.endArray().endMap().toBytes();
    }

    public static News readNews(byte[] message) throws IOException {
        try (var reader = new CborReader(message)) {
            var fields = reader.fields(CURSOR, ANNOUNCEMENTS);
            return new News(fields.get(CURSOR), fields.get(ANNOUNCEMENTS));
        }
    }

    private static void write(CborWriter writer, SignedAnnouncement announcement) {
        writer.array(3)
                .bytes(announcement.message())
                .bytes(announcement.signature())
                .bytes(announcement.key())
                .endArray();
    }

    private static SignedAnnouncement readTriple(CborReader reader) throws IOException {
        List<byte[]> parts = reader.list(3, CborReader::bytes);
        if (parts.size() != 3) {
            throw new MalformedCborException("an announcement has three parts, this has " + parts.size());
        }
        var announcement = new SignedAnnouncement(parts.get(0), parts.get(1), parts.get(2));
        if (announcement.size() > MAX_ANNOUNCEMENT_BYTES) {
            throw new MalformedCborException("an announcement has at most " + MAX_ANNOUNCEMENT_BYTES + " bytes");
        }
        return announcement;
    }
}
