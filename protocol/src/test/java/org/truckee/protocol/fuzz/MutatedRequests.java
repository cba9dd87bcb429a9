package org.truckee.protocol.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.truckee.protocol.http.RawHttps;
import org.truckee.protocol.http.RawHttps.Response;
import org.truckee.protocol.storage.StorageMessagesAccess;
import org.truckee.protocol.storage.StorageRequest;

/// Sends damaged storage requests to a port. Most of them are whole HTTP with the right authorisation, so that they
/// come as far as possible; some are damaged anywhere, after which the connection is ended.
public final class MutatedRequests {
    private static final int INDEXES = 4;
    private static final int SHARES = 3;
    private static final int NO_ROOM = 507;
    private static final List<String> METHODS = List.of("GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "BREW");

    /// What is asked, undamaged.
    private enum Endpoint {
        VERSION,
        LEASE,
        ALLOCATE,
        WRITE,
        ABORT,
        LIST,
        LIST_MUTABLE,
        READ,
        READ_MUTABLE,
        CORRUPT,
        CORRUPT_MUTABLE,
        READ_TEST_WRITE
    }

    private final int port;
    private final long seed;
    private final Random random;
    private final Mutations mutations;
    private final Map<Endpoint, Map<String, Integer>> answers = new TreeMap<>();
    private int sent;
    private int authorised;

    public MutatedRequests(int port, long seed) {
        this.port = port;
        this.seed = seed;
        this.random = new Random(seed);
        this.mutations = new Mutations(List.of(), random);
    }

    /// Sends so many, and fails if one is not answered as a request that is the client's fault.
    public void send(int requests) throws IOException {
        RawHttps connection = RawHttps.connect(port);
        try {
            for (int i = 0; i < requests; i++) {
                var endpoint = Endpoint.values()[random.nextInt(Endpoint.values().length)];
                var original = original(endpoint);
                sent++;
                boolean stays = random.nextInt(100) < 8
                        ? endInTheMiddle(connection, endpoint, original)
                        : exchange(connection, endpoint, mutate(original));
                if (!stays) {
                    connection.close();
                    connection = RawHttps.connect(port);
                }
            }
        } finally {
            connection.close();
        }
    }

    private boolean exchange(RawHttps connection, Endpoint endpoint, StorageRequest request) throws IOException {
        if (random.nextInt(100) < 8) {
            request = damageHeader(request, "authorization");
        } else {
            authorised++;
        }
        Response response;
        try {
            connection.send(request.toBytes());
            response = connection.receive();
        } catch (IOException | RuntimeException e) {
            return fail(describe(endpoint, request) + " was not answered", e);
        }
        count(endpoint, response.status(), request);
        return !response.header("connection").orElse("").equals("close");
    }

    private boolean endInTheMiddle(RawHttps connection, Endpoint endpoint, StorageRequest original) throws IOException {
        byte[] bytes = mutations.mutate(original.toBytes());
        connection.send(bytes);
        connection.lastAnswer().ifPresent(status -> count(endpoint, status, original.body(bytes)));
        return false;
    }

    private void count(Endpoint endpoint, int status, StorageRequest request) {
        answers.computeIfAbsent(endpoint, _ -> new TreeMap<>()).merge(Integer.toString(status), 1, Integer::sum);
        if (status < 200 || (status >= 500 && status != NO_ROOM)) {
            fail(describe(endpoint, request) + " gave " + status);
        }
    }

    private String describe(Endpoint endpoint, StorageRequest request) {
        return "seed " + seed + ", request " + sent + ", " + endpoint + ":\n"
                + new String(request.toBytes(), ISO_8859_1) + "\n";
    }

    /// Checks that the damage was where it should be.
    public void checkSpread() {
        assertThat(authorised).isGreaterThanOrEqualTo(sent * 8 / 10);
        assertThat(answers).hasSize(Endpoint.values().length);
        answers.forEach((endpoint, statuses) ->
                assertThat(total(statuses)).as(endpoint.toString()).isGreaterThanOrEqualTo(sent * 5 / 100));
    }

    private static int total(Map<String, Integer> statuses) {
        return statuses.values().stream().mapToInt(count -> count).sum();
    }

    /// Which statuses how often, a line for each endpoint.
    @Override
    public String toString() {
        return sent + " requests, " + authorised + " with valid authorisation\n"
                + answers.entrySet().stream()
                        .map(e -> "%-16s %6d  %s\n".formatted(e.getKey(), total(e.getValue()), e.getValue()))
                        .collect(Collectors.joining());
    }

    private String index() {
        return "aeaqcaibaeaqcaibaeaqcaiba" + "aeimq".charAt(random.nextInt(INDEXES));
    }

    private String share() {
        return Integer.toString(random.nextInt(SHARES));
    }

    private StorageRequest original(Endpoint endpoint) {
        String immutable = "/immutable/" + index();
        String mutable = "/mutable/" + index();
        return switch (endpoint) {
            case VERSION -> StorageRequest.of("GET", "/version");
            case LEASE -> StorageRequest.of("PUT", "/lease/" + index()).lease();
            case ALLOCATE ->
                withBody(StorageRequest.of("POST", immutable).lease().upload(), StorageMessagesAccess.allocate());
            case WRITE -> write(immutable);
            case ABORT ->
                StorageRequest.of("PUT", immutable + "/" + share() + "/abort").upload();
            case LIST -> StorageRequest.of("GET", immutable + "/shares");
            case LIST_MUTABLE -> StorageRequest.of("GET", mutable + "/shares");
            case READ -> ranged(StorageRequest.of("GET", immutable + "/" + share()));
            case READ_MUTABLE -> ranged(StorageRequest.of("GET", mutable + "/" + share()));
            case CORRUPT ->
                withBody(
                        StorageRequest.of("POST", immutable + "/" + share() + "/corrupt"),
                        StorageMessagesAccess.reason());
            case CORRUPT_MUTABLE ->
                withBody(
                        StorageRequest.of("POST", mutable + "/" + share() + "/corrupt"),
                        StorageMessagesAccess.reason());
            case READ_TEST_WRITE ->
                withBody(
                        StorageRequest.of("POST", mutable + "/read-test-write")
                                .enabler()
                                .lease(),
                        StorageMessagesAccess.change(random.nextInt(SHARES)));
        };
    }

    private static StorageRequest withBody(StorageRequest request, byte[] body) {
        return request.with("Content-Type", "application/cbor").body(body);
    }

    private StorageRequest write(String immutable) {
        boolean whole = random.nextInt(3) == 0;
        int first = whole ? 0 : random.nextInt(40);
        int length = whole ? 48 : 1 + random.nextInt(48 - first);
        return StorageRequest.of("PATCH", immutable + "/" + share())
                .upload()
                .with("Content-Range", "bytes " + first + "-" + (first + length - 1) + "/*")
                .body(new byte[length]);
    }

    private StorageRequest ranged(StorageRequest read) {
        return random.nextInt(4) == 0
                ? read
                : read.with("Range", "bytes=" + random.nextInt(60) + "-" + random.nextInt(90));
    }

    /// None to three kinds of damage that leave it HTTP.
    private StorageRequest mutate(StorageRequest request) {
        var damaged = request;
        for (int i = random.nextInt(4); i > 0; i--) {
            damaged = switch (random.nextInt(8)) {
                case 0 -> damageHeader(damaged, randomHeader(damaged));
                case 1 -> damaged.without(randomHeader(damaged));
                case 2 -> doubleHeader(damaged);
                case 3 -> damaged.withPath(visible(damaged.path(), "/"));
                case 4 -> damaged.withMethod(METHODS.get(random.nextInt(METHODS.size())));
                default -> damaged.body(mutations.mutate(damaged.body().clone()));
            };
        }
        return damaged;
    }

    private String randomHeader(StorageRequest request) {
        List<String> names = request.headers().stream()
                .map(line -> line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT))
                .filter(name -> !name.equals("authorization"))
                .toList();
        return names.isEmpty() ? "accept" : names.get(random.nextInt(names.size()));
    }

    private StorageRequest doubleHeader(StorageRequest request) {
        String name = randomHeader(request);
        return request.headers().stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .findFirst()
                .map(line -> request.with(
                        name, visible(line.substring(name.length() + 1).strip(), "")))
                .orElse(request);
    }

    private StorageRequest damageHeader(StorageRequest request, String name) {
        var values = new ArrayList<String>();
        for (String line : request.headers()) {
            if (line.toLowerCase(Locale.ROOT).startsWith(name + ":")) {
                values.add(line.substring(name.length() + 1).strip());
            }
        }
        var damaged = request.without(name);
        for (String value : values) {
            damaged = damaged.with(name, visible(value, ""));
        }
        return damaged;
    }

    /// Mutated, but still one line of ASCII without blanks more than it had.
    private String visible(String text, String prefix) {
        byte[] bytes = mutations.mutate(text.getBytes(ISO_8859_1));
        var visible = new StringBuilder(prefix);
        for (byte b : bytes) {
            boolean fits = b == ' ' ? text.indexOf(' ') >= 0 : b > ' ' && b < 0x7f;
            visible.append(fits ? (char) b : '?');
        }
        return visible.toString();
    }
}
