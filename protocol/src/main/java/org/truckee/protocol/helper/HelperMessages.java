package org.truckee.protocol.helper;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.truckee.crypto.Base32;
import org.truckee.crypto.Hash;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.cbor.CborReader;
import org.truckee.protocol.cbor.CborWriter;
import org.truckee.protocol.cbor.Field;
import org.truckee.protocol.cbor.MalformedCborException;
import org.truckee.protocol.helper.CommitAnswer.Placed;
import org.truckee.protocol.helper.CommitAnswer.Placing;
import org.truckee.protocol.introducer.ServerId;

/// The bodies of a helper's protocol, both ways.
///
/// ```
/// GET    /helper/v1/version
/// POST   /helper/v1/expansions               ExpansionRequest -> Opened
/// PATCH  /helper/v1/expansions/ID            ciphertext, Content-Range: bytes A-B/SIZE -> Received
/// POST   /helper/v1/expansions/ID/commit     Commit -> 200 Placed, or 202 Placing
/// DELETE /helper/v1/expansions/ID            -> 204
/// CONNECT SERVERID                           -> 200, then bytes
/// ```
public final class HelperMessages {
    /// The longest body but ciphertext, in bytes.
    public static final int MAX_BYTES = 8 << 10;

    private static final int MAX_SERVERS = 256;
    private static final int MAX_SHARES = 256;

    private static final Field<byte[]> STORAGE_INDEX = new Field<>("storage-index", CborReader::bytes);
    private static final Field<Long> SIZE = new Field<>("size", CborReader::unsigned);
    private static final Field<Long> REQUIRED = new Field<>("required", CborReader::unsigned);
    private static final Field<Long> HAPPY = new Field<>("happy", CborReader::unsigned);
    private static final Field<Long> TOTAL = new Field<>("total", CborReader::unsigned);
    private static final Field<Long> SEGMENT_SIZE = new Field<>("segment-size", CborReader::unsigned);
    private static final Field<byte[]> NONCE = new Field<>("upload-nonce", CborReader::bytes);
    private static final Field<Boolean> PRESENT = new Field<>("present", CborReader::bool);
    private static final Field<String> ID = new Field<>("id", CborReader::text);
    private static final Field<Long> RECEIVED = new Field<>("received", CborReader::unsigned);
    private static final Field<byte[]> UEB_HASH = new Field<>("ueb-hash", CborReader::bytes);
    private static final Field<Map<ServerId, Set<Integer>>> PLACED =
            new Field<>("placed", HelperMessages::readPlacement);
    private static final Field<Long> MOVED = new Field<>("moved", CborReader::unsigned);

    private HelperMessages() {}

    /// An expansion as the helper calls it, and how much of the ciphertext it has; if all is `present`, there is
    /// nothing left but to commit.
    public record Opened(boolean present, String id, long received) {}

    public static byte[] write(ExpansionRequest request) {
        return new CborWriter()
                .map(7)
                .key(STORAGE_INDEX)
                .bytes(request.storageIndex().toBytes())
                .key(SIZE)
                .number(request.size())
                .key(REQUIRED)
                .number(request.required())
                .key(HAPPY)
                .number(request.happy())
                .key(TOTAL)
                .number(request.total())
                .key(SEGMENT_SIZE)
                .number(request.segmentBytes())
                .key(NONCE)
                .bytes(Base32.decode(request.nonce()).orElseThrow())
                .endMap()
                .toBytes();
    }

    /// What a client wants to have expanded.
    ///
    /// @throws MalformedCborException also if nobody can expand that
    public static ExpansionRequest readRequest(byte[] message) throws IOException {
        try (var reader = new CborReader(message)) {
            var fields = reader.fields(STORAGE_INDEX, SIZE, REQUIRED, HAPPY, TOTAL, SEGMENT_SIZE, NONCE);
            reader.end();
            return new ExpansionRequest(
                    new StorageIndex(fields.get(STORAGE_INDEX)),
                    fields.get(SIZE),
                    toInt(fields.get(REQUIRED)),
                    toInt(fields.get(HAPPY)),
                    toInt(fields.get(TOTAL)),
                    toInt(fields.get(SEGMENT_SIZE)),
                    Base32.encode(fields.get(NONCE)));
        } catch (IllegalArgumentException e) {
            throw new MalformedCborException(e.getMessage() == null ? "no such expansion" : e.getMessage());
        }
    }

    private static int toInt(long number) {
        return (int) Math.min(number, Integer.MAX_VALUE);
    }

    public static byte[] write(Opened opened) {
        return new CborWriter()
                .map(3)
                .key(PRESENT)
                .bool(opened.present())
                .key(ID)
                .text(opened.id())
                .key(RECEIVED)
                .number(opened.received())
                .endMap()
                .toBytes();
    }

    static Opened readOpened(byte[] message) throws IOException {
        try (var reader = new CborReader(message)) {
            var fields = reader.fields(PRESENT, ID, RECEIVED);
            return new Opened(fields.get(PRESENT), fields.get(ID), fields.get(RECEIVED));
        }
    }

    public static byte[] writeReceived(long bytes) {
        return new CborWriter().map(1).key(RECEIVED).number(bytes).endMap().toBytes();
    }

    static long readReceived(byte[] message) throws IOException {
        try (var reader = new CborReader(message)) {
            return reader.fields(RECEIVED).get(RECEIVED);
        }
    }

    static byte[] writeCommit(Hash uriExtension) {
        return new CborWriter()
                .map(1)
                .key(UEB_HASH)
                .bytes(uriExtension.toBytes())
                .endMap()
                .toBytes();
    }

    /// The hash of the URI extension that the client has computed.
    public static Hash readCommit(byte[] message) throws IOException {
        try (var reader = new CborReader(message)) {
            Hash hash = new Hash(reader.fields(UEB_HASH).get(UEB_HASH));
            reader.end();
            return hash;
        } catch (IllegalArgumentException e) {
            throw new MalformedCborException("a hash has " + Hash.BYTES + " bytes");
        }
    }

    public static byte[] write(Placing placing) {
        return new CborWriter()
                .map(1)
                .key(MOVED)
                .number(placing.bytes())
                .endMap()
                .toBytes();
    }

    static Placing readPlacing(byte[] message) throws IOException {
        try (var reader = new CborReader(message)) {
            return new Placing(reader.fields(MOVED).get(MOVED));
        }
    }

    public static byte[] write(Placed placed) {
        var writer = new CborWriter().map(1).key(PLACED).map(placed.shares().size());
        new TreeMap<>(placed.shares()).forEach((server, shares) -> {
            writer.key(server.text()).array(shares.size());
            new TreeSet<>(shares).forEach(writer::number);
            writer.endArray();
        });
        return writer.endMap().endMap().toBytes();
    }

    static Placed readPlaced(byte[] message) throws IOException {
        try (var reader = new CborReader(message)) {
            return new Placed(reader.fields(PLACED).get(PLACED));
        }
    }

    private static Map<ServerId, Set<Integer>> readPlacement(CborReader reader) throws IOException {
        Map<ServerId, Set<Integer>> placement = new LinkedHashMap<>();
        reader.openMap(server -> {
            if (server.isEmpty() || placement.size() == MAX_SERVERS) {
                throw new MalformedCborException("expected the ids of at most " + MAX_SERVERS + " servers");
            }
            Set<Integer> shares = new TreeSet<>();
            for (long share : reader.list(MAX_SHARES, CborReader::unsigned)) {
                shares.add(toInt(share));
            }
            placement.put(new ServerId(server), shares);
        });
        return placement;
    }
}
