package org.truckee.introducer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.crypto.AnnouncementKey;
import org.truckee.crypto.NodeCertificate;
import org.truckee.crypto.Swissnum;
import org.truckee.protocol.http.Authorization;
import org.truckee.protocol.http.Bounds;
import org.truckee.protocol.http.HttpServer;
import org.truckee.protocol.http.RawHttps;
import org.truckee.protocol.http.RawHttps.Response;
import org.truckee.protocol.http.Tls;
import org.truckee.protocol.introducer.IntroducerMessages;
import org.truckee.protocol.introducer.IntroducerMessages.News;
import org.truckee.protocol.introducer.IntroducerMessages.Published;
import org.truckee.protocol.introducer.SignedAnnouncement;
import org.truckee.protocol.node.NodeDirectory;

/// The introducer over TLS, asked by a client that sends what it likes.
@Timeout(60)
class IntroducerEndpointTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final NodeCertificate CERTIFICATE = NodeCertificate.generate(RANDOM);
    private static final AnnouncementKey KEY = AnnouncementKey.generate(RANDOM);
    private static final Swissnum SWISSNUM = Swissnum.of("swiss");
    private static final String PATH = "/introducer/v1/announcements";

    @TempDir
    Path folder;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private AnnouncementBoard board;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        board = AnnouncementBoard.open(
                NodeDirectory.create(folder.resolve("introducer"), "", Map.of(), RANDOM),
                RANDOM,
                InstantSource.system());
        server = HttpServer.secure(
                loops,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Tls.server(CERTIFICATE),
                Bounds.DEFAULT,
                new IntroducerEndpoint(board, SWISSNUM, "test"));
    }

    @AfterEach
    void stop() {
        server.close();
        loops.shutdownGracefully();
    }

    private static SignedAnnouncement announcement(long seqnum) {
        String message = "{\"service-name\": \"storage\", \"nickname\": \"n\", \"seqnum\": %d}".formatted(seqnum);
        return SignedAnnouncement.sign(message.getBytes(UTF_8), KEY);
    }

    private Response ask(String method, String path, String swissnum, byte[] body) throws IOException {
        try (var connection = RawHttps.connect(server.port())) {
            connection.send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
                    + Authorization.value(Swissnum.of(swissnum)) + "\r\nContent-Length: " + body.length + "\r\n\r\n");
            connection.send(body);
            return connection.receive();
        }
    }

    private Response publish(byte[] body) throws IOException {
        return ask("POST", PATH, SWISSNUM.text(), body);
    }

    private News news(String cursor, int seconds) throws IOException {
        Response response = ask(
                "GET", PATH + "?service=storage&cursor=" + cursor + "&wait=" + seconds, SWISSNUM.text(), new byte[0]);
        assertThat(response.status()).isEqualTo(200);
        return IntroducerMessages.readNews(response.body());
    }

    @Test
    void whatIsAnnouncedIsHandedOnByteForByte() throws Exception {
        var sent = announcement(3);
        Response response = publish(IntroducerMessages.write(sent));
        assertThat(IntroducerMessages.readPublished(response.body())).isEqualTo(new Published(true, 3));
        assertThat(news("", 0).announcements()).containsExactly(sent);
    }

    @Test
    void forgedReplayedOversizedAndUnparsableAnnouncementsChangeNothingAndAreCounted() throws Exception {
        var good = announcement(3);
        publish(IntroducerMessages.write(good));
        var forged = new SignedAnnouncement(announcement(9).message(), good.signature(), good.key());
        assertThat(publish(IntroducerMessages.write(forged)).status()).isEqualTo(400);
        Response replayed = publish(IntroducerMessages.write(announcement(2)));
        assertThat(IntroducerMessages.readPublished(replayed.body())).isEqualTo(new Published(false, 3));
        assertThat(publish(new byte[20_000]).status()).isEqualTo(413);
        var noise = new byte[200];
        new Random(1).nextBytes(noise);
        assertThat(publish(noise).status()).isEqualTo(400);
        assertThat(publish(new byte[0]).status()).isEqualTo(400);
        assertThat(news("", 0).announcements()).containsExactly(good);
        assertThat(board.details().accepted()).isEqualTo(1);
        assertThat(board.details().refused()).isEqualTo(5);
    }

    @Test
    void whoeverDoesNotKnowTheSwissnumLearnsAndChangesNothing() throws Exception {
        byte[] announcement = IntroducerMessages.write(announcement(1));
        assertThat(ask("POST", PATH, "other", announcement).status()).isEqualTo(401);
        assertThat(ask("GET", PATH + "?service=storage", "other", new byte[0]).status())
                .isEqualTo(401);
        assertThat(board.details().postings()).isEmpty();
    }

    @Test
    void anythingElseIsRefusedInWords() throws Exception {
        assertThat(ask("GET", "/", SWISSNUM.text(), new byte[0]).status()).isEqualTo(404);
        assertThat(ask("DELETE", PATH, SWISSNUM.text(), new byte[0]).status()).isEqualTo(405);
        Response wrong = ask("GET", PATH + "?wait=soon", SWISSNUM.text(), new byte[0]);
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(new String(wrong.body(), UTF_8)).isEqualTo("wait is not a number of seconds\n");
    }

    @Test
    void allWhoWaitHearOfANewNodeAndOneAddressMayNotWaitForEver() throws Exception {
        String cursor = news("", 0).cursor();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<News>> waiting = IntStream.range(0, WaitingPolls.MOST)
                    .mapToObj(_ -> threads.submit(() -> news(cursor, 50)))
                    .toList();
            await().until(() -> board.details().subscribers() == WaitingPolls.MOST);
            Response tooMany =
                    ask("GET", PATH + "?service=storage&cursor=" + cursor + "&wait=50", SWISSNUM.text(), new byte[0]);
            assertThat(tooMany.status()).isEqualTo(503);
            var sent = announcement(1);
            publish(IntroducerMessages.write(sent));
            for (Future<News> one : waiting) {
                assertThat(one.get().announcements()).containsExactly(sent);
            }
        }
        assertThat(board.details().subscribers()).isZero();
    }
}
