package org.truckee.protocol.introducer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.Duration;
import org.truckee.crypto.Furl;
import org.truckee.crypto.NodeCertificate;
import org.truckee.crypto.Swissnum;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.http.Answer;
import org.truckee.protocol.http.Authorization;
import org.truckee.protocol.http.HttpsClient;
import org.truckee.protocol.http.StatusException;
import org.truckee.protocol.http.Tls;
import org.truckee.protocol.introducer.IntroducerMessages.News;
import org.truckee.protocol.introducer.IntroducerMessages.Published;

/// Asks an introducer over HTTPS.
public final class IntroducerClient implements AutoCloseable {
    private static final String PATH = "/introducer/v1/announcements";
    private static final int MAX_REPLY_BYTES = 30 << 20;

    private final HttpsClient client;
    private final String authorization;

    private IntroducerClient(HttpsClient client, Swissnum swissnum) {
        this.client = client;
        this.authorization = Authorization.value(swissnum);
    }

    /// For the introducer at this address, of whose locations the first is used.
    public static IntroducerClient at(EventLoopGroup loops, Furl furl) {
        var tls = Tls.client(shown -> NodeCertificate.tubId(shown).equals(furl.tubId()));
        return new IntroducerClient(new HttpsClient(loops, furl.locations().getFirst(), tls), furl.swissnum());
    }

    /// Tells the introducer, which tells everybody.
    public Published publish(SignedAnnouncement announcement) throws IOException {
        HttpHeaders headers = headers().set("content-type", "application/cbor");
        try (var answer = client.send("POST", PATH, headers, ByteStream.of(IntroducerMessages.write(announcement)))) {
            return IntroducerMessages.readPublished(body(answer));
        }
    }

    /// What is announced for `service` since `cursor` (all, if that is empty); waits up to `wait` (50 s at most) if
    /// that is nothing.
    public News poll(String service, String cursor, Duration wait) throws IOException {
        String path = PATH + "?service=" + URLEncoder.encode(service, UTF_8) + "&cursor="
                + URLEncoder.encode(cursor, UTF_8) + "&wait=" + wait.toSeconds();
        try (var answer = client.send("GET", path, headers(), ByteStream.of())) {
            return IntroducerMessages.readNews(body(answer));
        }
    }

    private HttpHeaders headers() {
        return new DefaultHttpHeaders().set(Authorization.HEADER, authorization);
    }

    private static byte[] body(Answer answer) throws IOException {
        if (answer.status() != 200) {
            throw new StatusException(answer.status(), "the introducer request");
        }
        return answer.bytes(MAX_REPLY_BYTES);
    }

    @Override
    public void close() {
        client.close();
    }
}
