package org.truckee.helper;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.truckee.crypto.Hash;
import org.truckee.crypto.Swissnum;
import org.truckee.helper.Expansion.GoneException;
import org.truckee.helper.Expansion.MismatchException;
import org.truckee.helper.Expansions.FullException;
import org.truckee.helper.Relays.NotRelayedException;
import org.truckee.protocol.cbor.CborWriter;
import org.truckee.protocol.cbor.MalformedCborException;
import org.truckee.protocol.helper.CommitAnswer;
import org.truckee.protocol.helper.HelperMessages;
import org.truckee.protocol.http.Authorization;
import org.truckee.protocol.http.Reply;
import org.truckee.protocol.http.Request;
import org.truckee.protocol.http.RequestHandler;
import org.truckee.protocol.introducer.ServerId;

/// Puts a helper on the network.
final class HelperEndpoint implements RequestHandler {
    private static final String CBOR = "application/cbor";
    private static final List<String> VERSION = List.of("helper", "v1", "version");
    private static final List<String> EXPANSIONS = List.of("helper", "v1", "expansions");
    private static final String COMMIT = "commit";
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)");
    private static final Pattern SERVER_ID = Pattern.compile("v0-[a-z2-7]{52}");

    /// How long a commit is waited for before the client has to ask again.
    private static final Duration COMMIT_WAIT = Duration.ofSeconds(8);

    private final Expansions expansions;
    private final Relays relays;
    private final Refusals refusals;
    private final Authorization authorization;
    private final String application;

    HelperEndpoint(Expansions expansions, Relays relays, Refusals refusals, Swissnum swissnum, String application) {
        this.expansions = expansions;
        this.relays = relays;
        this.refusals = refusals;
        this.authorization = new Authorization(swissnum);
        this.application = application;
    }

    @Override
    public Reply handle(Request request) throws IOException {
        boolean known = request.method().equals("CONNECT")
                || request.path().equals(VERSION)
                || isBelow(EXPANSIONS, request.path());
        if (!known) {
            return Reply.text(404, "there is nothing at this path");
        }
        if (!authorization.accepts(request.header(Authorization.HEADER))) {
            return Reply.text(401, "the Authorization header does not carry this helper's swissnum");
        }
        if (request.method().equals("CONNECT")) {
            return connect(request);
        }
        return request.path().equals(VERSION) ? version(request) : expansion(request);
    }

    private static boolean isBelow(List<String> start, List<String> path) {
        return path.size() >= start.size() && path.subList(0, start.size()).equals(start);
    }

    private static Reply notAllowed(Request request) {
        return Reply.text(405, "this path does not take " + request.method());
    }

    private Reply version(Request request) {
        byte[] body = new CborWriter()
                .map(1)
                .key("application-version")
                .text(application)
                .endMap()
                .toBytes();
        return request.method().equals("GET") ? Reply.of(200, CBOR, body) : notAllowed(request);
    }

    private Reply connect(Request request) {
        String target = String.join("/", request.path());
        if (!SERVER_ID.matcher(target).matches()) {
            return Reply.text(400, "CONNECT takes the id of a storage node");
        }
        try {
            return Reply.joined(relays.connect(ClientName.of(request), new ServerId(target)));
        } catch (NotRelayedException e) {
            return Reply.text(403, e);
        }
    }

    private Reply expansion(Request request) throws IOException {
        List<String> rest =
                request.path().subList(EXPANSIONS.size(), request.path().size());
        try {
            return switch (rest.size()) {
                case 0 -> request.method().equals("POST") ? open(request) : notAllowed(request);
                case 1 ->
                    switch (request.method()) {
                        case "PATCH" -> receive(request, rest.getFirst());
                        case "DELETE" -> drop(request, rest.getFirst());
                        default -> notAllowed(request);
                    };
                case 2 ->
                    rest.getLast().equals(COMMIT) && request.method().equals("POST")
                            ? commit(request, rest.getFirst())
                            : Reply.text(404, "there is nothing at this path");
                default -> Reply.text(404, "there is nothing at this path");
            };
        } catch (MalformedCborException e) {
            return Reply.text(400, e);
        } catch (FullException e) {
            return Reply.text(503, e);
        } catch (GoneException e) {
            return Reply.text(404, e);
        }
    }

    private Reply open(Request request) throws IOException {
        var wanted = HelperMessages.readRequest(request.body().readAll(HelperMessages.MAX_BYTES));
        return Reply.of(200, CBOR, HelperMessages.write(expansions.open(ClientName.of(request), wanted)));
    }

    private Expansion find(Request request, String id) throws GoneException {
        return expansions.find(ClientName.of(request), id).orElseThrow(GoneException::new);
    }

    private Reply receive(Request request, String id) throws IOException {
        Expansion expansion = find(request, id);
        Matcher range = CONTENT_RANGE.matcher(request.header("content-range").orElse(""));
        if (!range.matches()) {
            return Reply.text(416, "the Content-Range header names no range of bytes");
        }
        long begin = Long.parseLong(range.group(1));
        long end = Long.parseLong(range.group(2)) + 1;
        if (begin != expansion.receivedBytes()
                || end <= begin
                || end > expansion.request().size()) {
            return Reply.text(
                    416,
                    "the ciphertext goes on at " + expansion.receivedBytes() + " and ends at "
                            + expansion.request().size());
        }
        long received = expansion.receive(id, begin, request.body().ofLength(end - begin));
        return Reply.of(200, CBOR, HelperMessages.writeReceived(received));
    }

    private Reply commit(Request request, String id) throws IOException {
        Expansion expansion = find(request, id);
        Hash hash = HelperMessages.readCommit(request.body().readAll(HelperMessages.MAX_BYTES));
        try {
            return switch (expansion.commit(id, hash, COMMIT_WAIT)) {
                case CommitAnswer.Placed placed -> Reply.of(200, CBOR, HelperMessages.write(placed));
                case CommitAnswer.Placing placing -> Reply.of(202, CBOR, HelperMessages.write(placing));
            };
        } catch (MismatchException e) {
            expansions.drop(expansion);
            refusals.add(expansion.client(), String.valueOf(e.getMessage()));
            return Reply.text(409, e);
        } catch (GoneException e) {
            throw e;
        } catch (IOException e) {
            Optional<String> why = Optional.ofNullable(e.getMessage());
            refusals.add(expansion.client(), why.orElse("the shares could not be placed"));
            return Reply.text(502, e);
        }
    }

    private Reply drop(Request request, String id) throws IOException {
        expansions.drop(find(request, id));
        return Reply.empty(204);
    }
}
