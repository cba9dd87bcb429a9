package org.truckee.protocol.introducer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.List;
import org.truckee.crypto.Furl;
import org.truckee.crypto.NodeCertificate;
import org.truckee.crypto.Swissnum;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.http.Answer;
import org.truckee.protocol.http.Authorization;
import org.truckee.protocol.http.HttpsClient;
import org.truckee.protocol.http.HttpsPlaces;
import org.truckee.protocol.http.ServerUnreachableException;
import org.truckee.protocol.http.ServerUnreachableException.Reason;
import org.truckee.protocol.http.StatusException;
import org.truckee.protocol.http.Tls;
import org.truckee.protocol.introducer.IntroducerMessages.News;
import org.truckee.protocol.introducer.IntroducerMessages.Published;

/// Asks an introducer over HTTPS, at whichever of its addresses it answers. Safe for use by any number of threads.
public final class IntroducerClient implements AutoCloseable {
    private static final String VERSION = "/introducer/v1/version";
    private static final String PATH = "/introducer/v1/announcements";
    private static final int MAX_REPLY_BYTES = 30 << 20;

    private final HttpsPlaces places;
    private final String authorization;

    private IntroducerClient(List<HttpsClient> places, Swissnum swissnum) {
        this.authorization = Authorization.value(swissnum);
        this.places = new HttpsPlaces(places, place -> body(place.send("GET", VERSION, headers(), ByteStream.of())));
    }

    /// For the introducer at this address.
    public static IntroducerClient at(EventLoopGroup loops, Furl furl) {
        var tls = Tls.client(shown -> NodeCertificate.tubId(shown).equals(furl.tubId()));
        return new IntroducerClient(
                furl.locations().stream()
                        .map(location -> new HttpsClient(loops, location, tls))
                        .toList(),
                furl.swissnum());
    }

    /// Tells the introducer, which tells everybody.
    public Published publish(SignedAnnouncement announcement) throws IOException {
        HttpHeaders headers = headers().set("content-type", "application/cbor");
        return IntroducerMessages.readPublished(
                send("POST", PATH, headers, ByteStream.of(IntroducerMessages.write(announcement))));
    }

    /// What is announced for `service` since `cursor` (all, if that is empty); waits up to `wait` (50 s at most) if
    /// that is nothing.
    public News poll(String service, String cursor, Duration wait) throws IOException {
        String path = PATH + "?service=" + URLEncoder.encode(service, UTF_8) + "&cursor="
                + URLEncoder.encode(cursor, UTF_8) + "&wait=" + wait.toSeconds();
        return IntroducerMessages.readNews(send("GET", path, headers(), ByteStream.of()));
    }

    private byte[] send(String method, String path, HttpHeaders headers, ByteStream body) throws IOException {
        try {
            return places.ask(place -> body(place.send(method, path, headers, body)));
        } catch (ServerUnreachableException e) {
            throw e.reason() == Reason.NO_TLS
                    ? new IOException(
                            e.getMessage() + "; a Tahoe-LAFS introducer speaks Foolscap only and cannot be"
                                    + " used here",
                            e)
                    : e;
        }
    }

    private HttpHeaders headers() {
        return new DefaultHttpHeaders().set(Authorization.HEADER, authorization);
    }

    private static byte[] body(Answer given) throws IOException {
        try (Answer answer = given) {
            if (answer.status() != 200) {
                throw new StatusException(answer.status(), "the introducer request");
            }
            return answer.bytes(MAX_REPLY_BYTES);
        }
    }

    @Override
    public void close() {
        places.close();
    }
}
