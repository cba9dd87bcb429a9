package org.truckee.protocol.storage;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.Swissnum;
import org.truckee.crypto.UploadSecret;
import org.truckee.crypto.WriteEnabler;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.cbor.MalformedCborException;
import org.truckee.protocol.http.Answer;
import org.truckee.protocol.http.Authorization;
import org.truckee.protocol.http.BodyTooLongException;
import org.truckee.protocol.http.HttpsClient;
import org.truckee.protocol.http.ProtocolViolationException;
import org.truckee.protocol.http.StatusException;
import org.truckee.protocol.storage.Operation.Target;

/// A storage server somewhere else, asked over HTTPS. Closing it closes the connections that it was given.
public final class HttpStorageClient implements StorageServer, AutoCloseable {
    private static final int MAX_REPLY_BYTES = 30 << 20;
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)");
    private static final long MAX_OFFSET = 1_000_000_000_000_000_000L;
    private static final ByteStream NOTHING = ByteStream.of();

    private final HttpsClient client;
    private final String authorization;

    public HttpStorageClient(HttpsClient client, Swissnum swissnum) {
        this.client = client;
        this.authorization = Authorization.value(swissnum);
    }

    @Override
    public ServerVersion version() throws IOException {
        var target = new Target(ShareKind.IMMUTABLE, Optional.empty(), 0);
        try (var answer = send(Operation.VERSION, target, headers(), NOTHING)) {
            return parsed(answer, StorageMessages::readVersion, "the version request", 200);
        }
    }

    /// How much it keeps; nothing from a server that does not say.
    public Optional<StorageUsage> usage() throws IOException {
        try (var answer = client.send("GET", StorageUsage.PATH, headers(), NOTHING)) {
            return answer.status() == 404
                    ? Optional.empty()
                    : Optional.of(parsed(answer, StorageUsage::read, "the question how much it keeps", 200));
        }
    }

    @Override
    public Allocation allocate(
            StorageIndex storageIndex, Set<Integer> shares, long shareBytes, UploadSecret upload, LeaseSecrets lease)
            throws IOException {
        HttpHeaders headers = withLease(headers(), lease);
        SecretHeader.UPLOAD_SECRET.add(headers, upload.toBytes());
        var message = StorageMessages.write(new StorageMessages.Allocate(shares, shareBytes));
        try (var answer = sendCbor(Operation.ALLOCATE, of(storageIndex), headers, message)) {
            return parsed(answer, StorageMessages::readAllocation, "the allocation", 200, 201);
        }
    }

    @Override
    public WriteAnswer write(StorageIndex storageIndex, int share, UploadSecret upload, long offset, ByteStream data)
            throws IOException {
        HttpHeaders headers = headers();
        headers.set("content-range", "bytes " + offset + "-" + (offset + data.length() - 1) + "/*");
        headers.set("content-type", "application/octet-stream");
        SecretHeader.UPLOAD_SECRET.add(headers, upload.toBytes());
        try (var answer = send(Operation.WRITE, of(ShareKind.IMMUTABLE, storageIndex, share), headers, data)) {
            return switch (answer.status()) {
                case 404 -> WriteAnswer.Refused.NOT_ALLOCATED;
                case 401 -> WriteAnswer.Refused.OTHER_SECRET;
                case 409 -> WriteAnswer.Refused.CONFLICT;
                case 416 -> WriteAnswer.Refused.BEYOND_END;
                default ->
                    new WriteAnswer.Written(
                            parsed(answer, StorageMessages::readMissing, "the write of a share", 200, 201));
            };
        }
    }

    @Override
    public AbortAnswer abort(StorageIndex storageIndex, int share, UploadSecret upload) throws IOException {
        HttpHeaders headers = headers();
        SecretHeader.UPLOAD_SECRET.add(headers, upload.toBytes());
        try (var answer = send(Operation.ABORT, of(ShareKind.IMMUTABLE, storageIndex, share), headers, NOTHING)) {
            return switch (answer.status()) {
                case 200 -> AbortAnswer.ABORTED;
                case 404 -> AbortAnswer.NOT_ALLOCATED;
                case 405 -> AbortAnswer.ALREADY_COMPLETE;
                case 401 -> AbortAnswer.OTHER_SECRET;
                default -> throw new StatusException(answer.status(), "the abort of a share");
            };
        }
    }

    @Override
    public Set<Integer> list(ShareKind kind, StorageIndex storageIndex) throws IOException {
        try (var answer = send(Operation.LIST, of(kind, storageIndex, 0), headers(), NOTHING)) {
            return parsed(answer, StorageMessages::readShares, "the list of shares", 200);
        }
    }

    @Override
    public Optional<ByteStream> read(ShareKind kind, StorageIndex storageIndex, int share, long offset, long length)
            throws IOException {
        HttpHeaders headers = headers();
        long last = offset + Math.min(length, MAX_OFFSET - offset) - 1;
        headers.set("range", "bytes=" + offset + "-" + last);
        headers.set("accept", "application/octet-stream");
        var answer = send(Operation.READ, of(kind, storageIndex, share), headers, NOTHING);
        try {
            return switch (answer.status()) {
                case 206 -> Optional.of(new AnswerBytes(answer, checkedLength(answer, offset, length)));
                case 204 -> Optional.of(new AnswerBytes(answer, 0));
                case 404 -> {
                    answer.close();
                    yield Optional.empty();
                }
                default -> throw new StatusException(answer.status(), "the read of a share");
            };
        } catch (IOException e) {
            answer.close();
            throw e;
        }
    }

    private static long checkedLength(Answer answer, long offset, long length) throws IOException {
        Matcher range = CONTENT_RANGE.matcher(answer.header("content-range").orElse(""));
        if (!range.matches() || Long.parseLong(range.group(1)) != offset) {
            throw new ProtocolViolationException("it answered a read with another range than was asked for");
        }
        long given = Long.parseLong(range.group(2)) - offset + 1;
        if (given < 1 || given > length) {
            throw new ProtocolViolationException("it answered a read of " + length + " bytes with " + given);
        }
        return given;
    }

    @Override
    public boolean adviseCorrupt(ShareKind kind, StorageIndex storageIndex, int share, String reason)
            throws IOException {
        byte[] message = StorageMessages.writeReason(reason);
        try (var answer = sendCbor(Operation.CORRUPT, of(kind, storageIndex, share), headers(), message)) {
            return found(answer, 200, "the report of a corrupt share");
        }
    }

    @Override
    public boolean renewLease(StorageIndex storageIndex, LeaseSecrets lease) throws IOException {
        var headers = withLease(headers(), lease);
        try (var answer = send(Operation.RENEW_LEASE, of(storageIndex), headers, NOTHING)) {
            return found(answer, 204, "the renewal of a lease");
        }
    }

    @Override
    public ReadTestWriteAnswer readTestWrite(
            StorageIndex storageIndex,
            WriteEnabler writeEnabler,
            LeaseSecrets lease,
            Map<Integer, TestAndWrite> shares,
            List<ReadVector> reads)
            throws IOException {
        HttpHeaders headers = withLease(headers(), lease);
        SecretHeader.WRITE_ENABLER.add(headers, writeEnabler.toBytes());
        byte[] message = StorageMessages.write(new StorageMessages.ReadTestWrite(shares, reads));
        try (var answer = sendCbor(Operation.READ_TEST_WRITE, of(storageIndex), headers, message)) {
            return switch (answer.status()) {
                case 401 -> new ReadTestWriteAnswer.WrongWriteEnabler();
                case 507 -> new ReadTestWriteAnswer.NoRoom();
                default -> parsed(answer, StorageMessages::readTested, "the change of a mutable file", 200);
            };
        }
    }

    @Override
    public void close() {
        client.close();
    }

    private static Target of(StorageIndex storageIndex) {
        return of(ShareKind.IMMUTABLE, storageIndex, 0);
    }

    private static Target of(ShareKind kind, StorageIndex storageIndex, int share) {
        return new Target(kind, Optional.of(storageIndex), share);
    }

    private HttpHeaders headers() {
        return new DefaultHttpHeaders().set(Authorization.HEADER, authorization);
    }

    private static HttpHeaders withLease(HttpHeaders headers, LeaseSecrets lease) {
        SecretHeader.LEASE_RENEW_SECRET.add(headers, lease.renew());
        SecretHeader.LEASE_CANCEL_SECRET.add(headers, lease.cancel());
        return headers;
    }

    private Answer sendCbor(Operation operation, Target target, HttpHeaders headers, byte[] message)
            throws IOException {
        headers.set("content-type", "application/cbor");
        return send(operation, target, headers, ByteStream.of(message));
    }

    private Answer send(Operation operation, Target target, HttpHeaders headers, ByteStream body) throws IOException {
        if (!headers.contains("accept")) {
            headers.set("accept", "application/cbor");
        }
        return client.send(operation.method(), operation.path(target), headers, body);
    }

    private interface Parser<T> {
        T parse(byte[] body) throws IOException;
    }

    private static <T> T parsed(Answer answer, Parser<T> parser, String what, int... accepted) throws IOException {
        if (Arrays.stream(accepted).noneMatch(status -> status == answer.status())) {
            throw new StatusException(answer.status(), what);
        }
        try {
            return parser.parse(answer.bytes(MAX_REPLY_BYTES));
        } catch (MalformedCborException | BodyTooLongException e) {
            throw new ProtocolViolationException("its answer to " + what + " is wrong: " + e.getMessage(), e);
        }
    }

    private static boolean found(Answer answer, int accepted, String what) throws IOException {
        if (answer.status() != accepted && answer.status() != 404) {
            throw new StatusException(answer.status(), what);
        }
        return answer.status() == accepted;
    }
}
