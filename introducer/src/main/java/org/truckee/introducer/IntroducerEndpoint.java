package org.truckee.introducer;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.truckee.crypto.Swissnum;
import org.truckee.protocol.cbor.CborWriter;
import org.truckee.protocol.cbor.MalformedCborException;
import org.truckee.protocol.http.Authorization;
import org.truckee.protocol.http.BodyTooLongException;
import org.truckee.protocol.http.Reply;
import org.truckee.protocol.http.Request;
import org.truckee.protocol.http.RequestHandler;
import org.truckee.protocol.introducer.BadAnnouncementException;
import org.truckee.protocol.introducer.IntroducerMessages;

/// Puts an [AnnouncementBoard] on the network.
final class IntroducerEndpoint implements RequestHandler {
    private static final String CBOR = "application/cbor";
    private static final List<String> VERSION = List.of("introducer", "v1", "version");
    private static final List<String> ANNOUNCEMENTS = List.of("introducer", "v1", "announcements");
    private static final int MAX_BODY_BYTES = IntroducerMessages.MAX_ANNOUNCEMENT_BYTES + 64;
    private static final int MAX_WAIT_SECONDS = 50;

    private final AnnouncementBoard board;
    private final Authorization authorization;
    private final String application;
    private final WaitingPolls polls = new WaitingPolls();

    IntroducerEndpoint(AnnouncementBoard board, Swissnum swissnum, String application) {
        this.board = board;
        this.authorization = new Authorization(swissnum);
        this.application = application;
    }

    @Override
    public Reply handle(Request request) throws IOException {
        if (!request.path().equals(VERSION) && !request.path().equals(ANNOUNCEMENTS)) {
            return Reply.text(404, "there is nothing at this path");
        }
        if (!authorization.accepts(request.header(Authorization.HEADER))) {
            return Reply.text(401, "the Authorization header does not carry this introducer's swissnum");
        }
        if (request.path().equals(VERSION)) {
            return request.method().equals("GET") ? version() : notAllowed(request);
        }
        return switch (request.method()) {
            case "GET" -> news(request);
            case "POST" -> publish(request);
            default -> notAllowed(request);
        };
    }

    private static Reply notAllowed(Request request) {
        return Reply.text(405, "this path does not take " + request.method());
    }

    private Reply version() {
        byte[] body = new CborWriter()
                .map(1)
                .key("application-version")
                .text(application)
                .endMap()
                .toBytes();
        return Reply.of(200, CBOR, body);
    }

    private Reply publish(Request request) throws IOException {
        try {
            var announcement =
                    IntroducerMessages.readAnnouncement(request.body().readAll(MAX_BODY_BYTES));
            return board.publish(announcement)
                    .map(published -> Reply.of(200, CBOR, IntroducerMessages.write(published)))
                    .orElse(Reply.text(503, "the board is full of nodes that announced themselves of late"));
        } catch (MalformedCborException | BadAnnouncementException e) {
            board.refuse();
            return Reply.text(400, e);
        } catch (BodyTooLongException e) {
            board.refuse();
            throw e;
        }
    }

    private Reply news(Request request) {
        String wait = request.query().getOrDefault("wait", "0");
        if (!wait.matches("[0-9]{1,4}")) {
            return Reply.text(400, "wait is not a number of seconds");
        }
        Duration patience = Duration.ofSeconds(Math.min(MAX_WAIT_SECONDS, Integer.parseInt(wait)));
        String service = request.query().getOrDefault("service", "");
        String cursor = request.query().getOrDefault("cursor", "");
        if (!polls.enter(request.from())) {
            return Reply.text(503, "too many of your requests wait for news: at most " + WaitingPolls.MOST);
        }
        try {
            return Reply.of(200, CBOR, IntroducerMessages.write(board.news(service, cursor, patience)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Reply.text(503, "the introducer is being stopped");
        } finally {
            polls.leave(request.from());
        }
    }
}
