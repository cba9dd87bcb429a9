package org.truckee.protocol.storage;

import static org.truckee.protocol.storage.SecretHeader.LEASE_CANCEL_SECRET;
import static org.truckee.protocol.storage.SecretHeader.LEASE_RENEW_SECRET;
import static org.truckee.protocol.storage.SecretHeader.UPLOAD_SECRET;
import static org.truckee.protocol.storage.SecretHeader.WRITE_ENABLER;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.crypto.Swissnum;
import org.truckee.crypto.UploadSecret;
import org.truckee.crypto.WriteEnabler;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.cbor.MalformedCborException;
import org.truckee.protocol.http.Authorization;
import org.truckee.protocol.http.Reply;
import org.truckee.protocol.http.Request;
import org.truckee.protocol.http.RequestHandler;
import org.truckee.protocol.storage.Operation.Target;

/// Puts a [StorageServer] on the network: turns requests into its calls and its answers into replies. What it accepts
/// and answers is what Tahoe-LAFS's Python client relies on. Checks come in a fixed order: path and method (404,
/// 405), swissnum (401), secrets (400), then the operation.
public final class HttpStorageEndpoint implements RequestHandler {
    private static final Logger LOG = LoggerFactory.getLogger(HttpStorageEndpoint.class);
    private static final String CBOR = "application/cbor";
    private static final String OCTETS = "application/octet-stream";
    private static final int MAX_ALLOCATE_BYTES = 8192;
    private static final int MAX_CORRUPT_BYTES = 32768;
    private static final long MAX_READ_TEST_WRITE_BYTES = 1L << 48;

    /// Of the bodies of all changes under way.
    private static final int MAX_STAGED_HEAP_BYTES = 16 << 20;

    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{1,18})-([0-9]{1,18})");
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)");

    private static final Pattern ACCEPTED = Pattern.compile("([^;\\s]+)\\s*(?:;\\s*q=([01](?:\\.[0-9]{0,3})?))?");

    private final StorageServer server;
    private final Authorization authorization;
    private final Path staging;
    private final Semaphore stagedHeap = new Semaphore(MAX_STAGED_HEAP_BYTES);

    /// Large changes of mutable files stand in nameless files in `staging` until they are made.
    public HttpStorageEndpoint(StorageServer server, Swissnum swissnum, Path staging) {
        this.server = server;
        this.staging = staging;
        this.authorization = new Authorization(swissnum);
    }

    private record Call(Request request, Target target, Map<SecretHeader, byte[]> secrets) {
        LeaseSecrets lease() {
            return new LeaseSecrets(secret(LEASE_RENEW_SECRET), secret(LEASE_CANCEL_SECRET));
        }

        UploadSecret uploadSecret() {
            return new UploadSecret(secret(UPLOAD_SECRET));
        }

        /// One that the operation takes, so that it is there.
        byte[] secret(SecretHeader kind) {
            return Objects.requireNonNull(secrets.get(kind));
        }
    }

    @Override
    public Reply handle(Request request) throws IOException {
        List<Operation> there = Arrays.stream(Operation.values())
                .filter(operation -> operation.match(request.path()).isPresent())
                .toList();
        if (there.isEmpty()) {
            return Reply.text(404, "there is nothing at this path");
        }
        Optional<Operation> operation = there.stream()
                .filter(candidate -> candidate.method().equals(request.method()))
                .findFirst();
        if (operation.isEmpty()) {
            return Reply.text(405, "this path does not take " + request.method());
        }
        if (!authorization.accepts(request.header(Authorization.HEADER))) {
            return Reply.text(401, "the Authorization header does not carry this server's swissnum");
        }
        var secrets = SecretHeader.read(request.headers(), operation.get().secrets());
        if (secrets.isEmpty()) {
            return Reply.text(400, "the X-Tahoe-Authorization headers are not the secrets that this request takes");
        }
        Target target = operation.get().match(request.path()).orElseThrow();
        try {
            return perform(operation.get(), new Call(request, target, secrets.get()));
        } catch (MalformedCborException e) {
            return Reply.text(400, e);
        }
    }

    private Reply perform(Operation operation, Call call) throws IOException {
        return switch (operation) {
            case VERSION -> cbor(call, StorageMessages.write(server.version()));
            case RENEW_LEASE -> renewLease(call);
            case ALLOCATE -> allocate(call);
            case WRITE -> write(call);
            case ABORT -> abort(call);
            case LIST ->
                cbor(
                        call,
                        StorageMessages.write(
                                server.list(call.target().kind(), call.target().storageIndex())));
            case READ -> read(call);
            case CORRUPT -> corrupt(call);
            case READ_TEST_WRITE -> readTestWrite(call);
        };
    }

    private Reply renewLease(Call call) throws IOException {
        return server.renewLease(call.target().storageIndex(), call.lease())
                ? Reply.empty(204)
                : Reply.text(404, "there is no share of this storage index");
    }

    private Reply allocate(Call call) throws IOException {
        if (!sendsCbor(call.request())) {
            return unsupportedType();
        }
        var body = StorageMessages.readAllocate(call.request().body().readAll(MAX_ALLOCATE_BYTES));
        var allocation = server.allocate(
                call.target().storageIndex(), body.shares(), body.shareBytes(), call.uploadSecret(), call.lease());
        return cbor(call, StorageMessages.write(allocation));
    }

    private Reply write(Call call) throws IOException {
        Optional<ByteRange> range = contentRange(call.request());
        if (range.isEmpty()) {
            return Reply.text(416, "Content-Range must have the form bytes FIRST-LAST/*");
        }
        if (call.request()
                .header("content-length")
                .filter(length -> !length.equals(Long.toString(range.get().length())))
                .isPresent()) {
            return Reply.text(400, "the body is not as long as its Content-Range says");
        }
        var data = call.request().body().ofLength(range.get().length());
        var answer = server.write(
                call.target().storageIndex(),
                call.target().share(),
                call.uploadSecret(),
                range.get().begin(),
                data);
        return switch (answer) {
            case WriteAnswer.Written written ->
                cbor(call, written.complete() ? 201 : 200, StorageMessages.writeMissing(written.missing()));
            case WriteAnswer.Refused refused -> refusal(refused);
        };
    }

    private static Reply refusal(WriteAnswer.Refused refused) {
        return switch (refused) {
            case NOT_ALLOCATED -> Reply.text(404, "this share is not allocated");
            case OTHER_SECRET -> Reply.text(401, "this share was allocated with another upload secret");
            case CONFLICT -> Reply.text(409, "other bytes were written here before");
            case BEYOND_END -> Reply.text(416, "the bytes lie beyond the size that was allocated");
        };
    }

    private Reply abort(Call call) throws IOException {
        return switch (server.abort(call.target().storageIndex(), call.target().share(), call.uploadSecret())) {
            case ABORTED -> Reply.empty(200);
            case NOT_ALLOCATED -> Reply.text(404, "this share is not allocated");
            case ALREADY_COMPLETE -> Reply.text(405, "this share is complete");
            case OTHER_SECRET -> Reply.text(401, "this share was allocated with another upload secret");
        };
    }

    /// Tahoe-LAFS's client looks at the type of what a read gave before it looks at the status.
    private Reply read(Call call) {
        try {
            return readShare(call);
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("storageIndex", call.target().storageIndex())
                    .addKeyValue("share", call.target().share())
                    .setCause(e)
                    .log("a share cannot be read");
            return Reply.of(500, OCTETS, new byte[0]);
        }
    }

    private Reply readShare(Call call) throws IOException {
        Optional<String> header = call.request().header("range");
        if (header.isEmpty()) {
            return readAll(call);
        }
        Matcher matcher = RANGE.matcher(header.get());
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) > Long.parseLong(matcher.group(2))) {
            return Reply.of(416, OCTETS, new byte[0]);
        }
        long first = Long.parseLong(matcher.group(1));
        long length = Long.parseLong(matcher.group(2)) - first + 1;
        Optional<ByteStream> data = server.read(
                call.target().kind(),
                call.target().storageIndex(),
                call.target().share(),
                first,
                length);
        if (data.isEmpty()) {
            return Reply.of(404, OCTETS, new byte[0]);
        }
        if (data.get().length() == 0) {
            data.get().close();
            return Reply.empty(204);
        }
        return Reply.of(206, OCTETS, data.get())
                .with(
                        "content-range",
                        "bytes " + first + "-" + (first + data.get().length() - 1) + "/*");
    }

    private Reply readAll(Call call) throws IOException {
        return server.read(
                        call.target().kind(),
                        call.target().storageIndex(),
                        call.target().share(),
                        0,
                        Long.MAX_VALUE)
                .map(data -> Reply.of(200, OCTETS, data))
                .orElse(Reply.of(404, OCTETS, new byte[0]));
    }

    private Reply corrupt(Call call) throws IOException {
        if (!sendsCbor(call.request())) {
            return unsupportedType();
        }
        String reason = StorageMessages.readReason(call.request().body().readAll(MAX_CORRUPT_BYTES));
        Target target = call.target();
        return server.adviseCorrupt(target.kind(), target.storageIndex(), target.share(), reason)
                ? Reply.empty(200)
                : Reply.text(404, "there is no such share");
    }

    private Reply readTestWrite(Call call) throws IOException {
        if (!sendsCbor(call.request())) {
            return unsupportedType();
        }
        byte[] enabler = call.secret(WRITE_ENABLER);
        if (enabler.length != WriteEnabler.BYTES) {
            return Reply.text(400, "a write enabler has 32 bytes");
        }
        long length =
                call.request().header("content-length").map(Long::parseLong).orElse(0L);
        if (length > MAX_READ_TEST_WRITE_BYTES) {
            return Reply.text(413, "a change has at most " + MAX_READ_TEST_WRITE_BYTES + " bytes");
        }
        try (var staged = new StagedBytes(staging, stagedHeap)) {
            staged.expect(length);
            var change = ReadTestWriteReader.read(
                    Channels.newInputStream(call.request().body()), staged);
            return readTestWrite(call, new WriteEnabler(enabler), change);
        } catch (StagedBytes.NoRoomException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage()).log("a change was refused");
            return noRoom();
        }
    }

    private Reply readTestWrite(Call call, WriteEnabler enabler, StorageMessages.ReadTestWrite change)
            throws IOException {
        var answer = server.readTestWrite(
                call.target().storageIndex(), enabler, call.lease(), change.shares(), change.reads());
        return switch (answer) {
            case ReadTestWriteAnswer.Tested tested -> cbor(call, StorageMessages.write(tested));
            case ReadTestWriteAnswer.WrongWriteEnabler _ ->
                Reply.text(401, "the shares here were written with another write enabler");
            case ReadTestWriteAnswer.NoRoom _ -> noRoom();
        };
    }

    private static Reply noRoom() {
        return Reply.text(507, "there is no room for this change");
    }

    /// The bytes that a `Content-Range` header names, `LAST` of which is inclusive there.
    private static Optional<ByteRange> contentRange(Request request) {
        return request.header("content-range")
                .map(CONTENT_RANGE::matcher)
                .filter(Matcher::matches)
                .map(m -> new long[] {Long.parseLong(m.group(1)), Long.parseLong(m.group(2)) + 1})
                .filter(range -> range[0] < range[1])
                .map(range -> new ByteRange(range[0], range[1]));
    }

    private static boolean sendsCbor(Request request) {
        return request.header("content-type").orElse(CBOR).equals(CBOR);
    }

    private static Reply unsupportedType() {
        return Reply.text(415, "request bodies are " + CBOR);
    }

    private static Reply cbor(Call call, byte[] body) {
        return cbor(call, 200, body);
    }

    /// Tahoe's servers answer 406 to whoever likes anything but exactly this type best, and after the operation was
    /// performed.
    private static Reply cbor(Call call, int status, byte[] body) {
        return preferred(call.request().header("accept").orElse(CBOR)).equals(CBOR)
                ? Reply.of(status, CBOR, body)
                : Reply.text(406, "replies are " + CBOR);
    }

    /// The type of highest quality in an `Accept` line (`TYPE;q=0.5, TYPE`), the first of several.
    private static String preferred(String accept) {
        String best = "";
        double highest = 0;
        for (String entry : accept.split(",")) {
            Matcher parts = ACCEPTED.matcher(entry.strip());
            double quality = !parts.matches() ? 0 : parts.group(2) == null ? 1 : Double.parseDouble(parts.group(2));
            if (quality > highest) {
                highest = quality;
                best = parts.group(1);
            }
        }
        return best;
    }
}
