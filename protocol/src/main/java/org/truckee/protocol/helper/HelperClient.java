package org.truckee.protocol.helper;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.util.List;
import org.truckee.crypto.Furl;
import org.truckee.crypto.Hash;
import org.truckee.crypto.Location;
import org.truckee.crypto.NodeCertificate;
import org.truckee.crypto.Swissnum;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.cbor.MalformedCborException;
import org.truckee.protocol.helper.HelperMessages.Opened;
import org.truckee.protocol.http.Answer;
import org.truckee.protocol.http.Authorization;
import org.truckee.protocol.http.BodyTooLongException;
import org.truckee.protocol.http.HttpsClient;
import org.truckee.protocol.http.HttpsPlaces;
import org.truckee.protocol.http.ProtocolViolationException;
import org.truckee.protocol.http.Relay;
import org.truckee.protocol.http.Tls;
import org.truckee.protocol.introducer.ServerId;

/// Asks a helper over HTTPS, at whichever of its addresses it answers, and shows it the client's own certificate, by
/// which it knows clients again. Safe for use by any number of threads.
public final class HelperClient implements AutoCloseable {
    private static final String VERSION = "/helper/v1/version";
    private static final String EXPANSIONS = "/helper/v1/expansions";
    private static final int MAX_REPLY_BYTES = 1 << 20;
    private static final int MOST_WORDS = 300;

    private final HttpsPlaces places;
    private final SslContext tls;
    private final String authorization;

    private HelperClient(HttpsPlaces places, SslContext tls, Swissnum swissnum) {
        this.places = places;
        this.tls = tls;
        this.authorization = Authorization.value(swissnum);
    }

    /// For the helper at this address; `own` is the client's certificate.
    public static HelperClient at(EventLoopGroup loops, Furl furl, NodeCertificate own) {
        var tls = Tls.client(shown -> NodeCertificate.tubId(shown).equals(furl.tubId()), own);
        List<HttpsClient> all = furl.locations().stream()
                .map(location -> new HttpsClient(loops, location, tls))
                .toList();
        String authorization = Authorization.value(furl.swissnum());
        var places = new HttpsPlaces(all, place -> version(place, authorization));
        return new HelperClient(places, tls, furl.swissnum());
    }

    private static void version(HttpsClient place, String authorization) throws IOException {
        var headers = new DefaultHttpHeaders().set(Authorization.HEADER, authorization);
        try (Answer answer = place.send("GET", VERSION, headers, ByteStream.of())) {
            check(answer, 200);
        }
    }

    /// Asks for nothing but an answer; gives where it came from.
    public Location version() throws IOException {
        return places.ask(place -> {
            version(place, authorization);
            return place.location();
        });
    }

    /// Begins an expansion, or goes on with one.
    public Opened open(ExpansionRequest request) throws IOException {
        return parsed("POST", EXPANSIONS, HelperMessages.write(request), HelperMessages::readOpened);
    }

    /// Sends the ciphertext from `offset` on; gives how much the helper has then.
    public long send(String id, long offset, ByteStream rest) throws IOException {
        HttpHeaders headers = headers()
                .set("content-type", "application/octet-stream")
                .set("content-range", "bytes " + offset + "-" + (offset + rest.length() - 1) + "/*");
        return places.ask(place -> {
            try (Answer answer = place.send("PATCH", EXPANSIONS + "/" + id, headers, rest)) {
                check(answer, 200);
                return read(answer, HelperMessages::readReceived);
            }
        });
    }

    /// Tells the helper which file it must have encoded; it completes no share of another.
    public CommitAnswer commit(String id, Hash uriExtension) throws IOException {
        byte[] message = HelperMessages.writeCommit(uriExtension);
        return places.ask(place -> {
            try (Answer answer =
                    place.send("POST", EXPANSIONS + "/" + id + "/commit", cbor(), ByteStream.of(message))) {
                check(answer, 200, 202);
                return answer.status() == 200
                        ? read(answer, HelperMessages::readPlaced)
                        : read(answer, HelperMessages::readPlacing);
            }
        });
    }

    /// Has the helper forget an expansion and its ciphertext.
    public void drop(String id) throws IOException {
        places.ask(place -> {
            try (Answer answer = place.send("DELETE", EXPANSIONS + "/" + id, headers(), ByteStream.of())) {
                check(answer, 204);
                return id;
            }
        });
    }

    /// The way to a storage node through this helper.
    public Relay to(ServerId server) throws IOException {
        return new Relay(places.reached().location(), tls, authorization, server.text());
    }

    private HttpHeaders headers() {
        return new DefaultHttpHeaders().set(Authorization.HEADER, authorization);
    }

    private HttpHeaders cbor() {
        return headers().set("content-type", "application/cbor");
    }

    private interface Parser<T> {
        T parse(byte[] body) throws IOException;
    }

    private <T> T parsed(String method, String path, byte[] message, Parser<T> parser) throws IOException {
        return places.ask(place -> {
            try (Answer answer = place.send(method, path, cbor(), ByteStream.of(message))) {
                check(answer, 200);
                return read(answer, parser);
            }
        });
    }

    private static <T> T read(Answer answer, Parser<T> parser) throws IOException {
        try {
            return parser.parse(answer.bytes(MAX_REPLY_BYTES));
        } catch (MalformedCborException | BodyTooLongException e) {
            throw new ProtocolViolationException("its answer is wrong: " + e.getMessage(), e);
        }
    }

    private static void check(Answer answer, int... accepted) throws IOException {
        for (int status : accepted) {
            if (answer.status() == status) {
                return;
            }
        }
        String words = words(answer);
        throw new HelperRefusedException(
                answer.status(), words.isEmpty() ? "it answered status " + answer.status() : words);
    }

    /// What a stranger says is shown to people, so it is short and prints.
    private static String words(Answer answer) {
        try {
            String text = new String(answer.bytes(4 * MOST_WORDS), UTF_8)
                    .replaceAll("\\p{C}", " ")
                    .strip();
            return text.substring(0, Math.min(MOST_WORDS, text.length()));
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        places.close();
    }
}
