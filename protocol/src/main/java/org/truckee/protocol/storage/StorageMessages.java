package org.truckee.protocol.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.truckee.protocol.cbor.CborReader;
import org.truckee.protocol.cbor.CborWriter;
import org.truckee.protocol.cbor.Field;
import org.truckee.protocol.cbor.MalformedCborException;
import org.truckee.protocol.storage.ReadTestWriteAnswer.Tested;

/// The bodies of the storage protocol, both ways. Their shapes are those of Tahoe-LAFS's CDDL: closed maps with text
/// keys, except for the version, whose keys are byte strings.
final class StorageMessages {
    /// A file has at most 256 shares, numbered from 0.
    static final int MAX_SHARES = 256;

    /// Tests of a share, and places to read.
    static final int MAX_VECTORS = 30;

    private static final int MAX_RANGES = 1 << 16;
    private static final int MAX_REASON = 32765;

    private static final String PROTOCOL = "http://allmydata.org/tahoe/protocols/storage/v1";
    private static final String APPLICATION = "application-version";
    private static final String MAX_IMMUTABLE = "maximum-immutable-share-size";
    private static final String MAX_MUTABLE = "maximum-mutable-share-size";
    private static final String AVAILABLE = "available-space";

    private static final Field<Set<Integer>> SHARE_NUMBERS = new Field<>("share-numbers", StorageMessages::readSet);
    private static final Field<Long> ALLOCATED_SIZE = new Field<>("allocated-size", CborReader::unsigned);
    private static final Field<Set<Integer>> ALREADY_HAVE = new Field<>("already-have", StorageMessages::readSet);
    private static final Field<Set<Integer>> ALLOCATED = new Field<>("allocated", StorageMessages::readSet);
    private static final Field<Long> BEGIN = new Field<>("begin", CborReader::unsigned);
    private static final Field<Long> END = new Field<>("end", CborReader::unsigned);
    private static final Field<List<ByteRange>> REQUIRED =
            new Field<>("required", reader -> reader.list(MAX_RANGES, StorageMessages::readRange));
    private static final Field<String> REASON = new Field<>("reason", CborReader::text);
    static final Field<Long> OFFSET = new Field<>("offset", CborReader::unsigned);
    static final Field<Long> SIZE = new Field<>("size", CborReader::unsigned);
    static final Field<OptionalLong> NEW_LENGTH = new Field<>("new-length", CborReader::unsignedOrNull);
    private static final Field<Boolean> SUCCESS = new Field<>("success", CborReader::bool);
    private static final Field<Map<Integer, List<ByteBuffer>>> DATA =
            new Field<>("data", reader -> reader.numbered(Integer.MAX_VALUE, StorageMessages::readPieces));

    private StorageMessages() {}

    static byte[] write(ServerVersion version) {
        return new CborWriter()
                .byteKeyedMap(2)
                .byteKey(PROTOCOL)
                .byteKeyedMap(3)
                .byteKey(MAX_IMMUTABLE)
                .number(version.maximumImmutableShareBytes())
                .byteKey(MAX_MUTABLE)
                .number(version.maximumMutableShareBytes())
                .byteKey(AVAILABLE)
                .number(version.availableSpace())
                .byteKey(APPLICATION)
                .bytes(version.application().getBytes(UTF_8))
                .toBytes();
    }

    /// Tolerates further keys: what a server says of itself may grow.
    static ServerVersion readVersion(byte[] message) throws IOException {
        var application = new StringBuilder();
        Map<String, Long> sizes = new HashMap<>();
        try (var reader = new CborReader(message)) {
            reader.openMap(key -> {
                switch (key) {
                    case PROTOCOL -> reader.openMap(size -> sizes.put(size, reader.unsigned()));
                    case APPLICATION -> application.append(new String(reader.bytes(), UTF_8));
                    default -> reader.skip();
                }
            });
        }
        return new ServerVersion(
                application.toString(), size(sizes, MAX_IMMUTABLE), size(sizes, MAX_MUTABLE), size(sizes, AVAILABLE));
    }

    private static long size(Map<String, Long> sizes, String key) throws MalformedCborException {
        Long size = sizes.get(key);
        if (size == null) {
            throw new MalformedCborException("the server does not speak version 1 of the storage protocol");
        }
        return size;
    }

    record Allocate(Set<Integer> shares, long shareBytes) {}

    static byte[] write(Allocate request) {
        return new CborWriter()
                .map(2)
                .key(SHARE_NUMBERS)
                .set(request.shares())
                .key(ALLOCATED_SIZE)
                .number(request.shareBytes())
                .endMap()
                .toBytes();
    }

    static Allocate readAllocate(byte[] message) throws IOException {
        try (var reader = new CborReader(message)) {
            var fields = reader.fields(SHARE_NUMBERS, ALLOCATED_SIZE);
            reader.end();
            return new Allocate(fields.get(SHARE_NUMBERS), fields.get(ALLOCATED_SIZE));
        }
    }

    static byte[] write(Allocation reply) {
        return new CborWriter()
                .map(2)
                .key(ALREADY_HAVE)
                .set(reply.alreadyHave())
                .key(ALLOCATED)
                .set(reply.allocated())
                .endMap()
                .toBytes();
    }

    static Allocation readAllocation(byte[] message) throws IOException {
        try (var reader = new CborReader(message)) {
            var fields = reader.fields(ALREADY_HAVE, ALLOCATED);
            return new Allocation(fields.get(ALREADY_HAVE), fields.get(ALLOCATED));
        }
    }

    static byte[] writeMissing(List<ByteRange> missing) {
        var writer = new CborWriter().map(1).key(REQUIRED).array(missing.size());
        for (ByteRange range : missing) {
            writer.map(2)
                    .key(BEGIN)
                    .number(range.begin())
                    .key(END)
                    .number(range.end())
                    .endMap();
        }
        return writer.endArray().endMap().toBytes();
    }

    static List<ByteRange> readMissing(byte[] message) throws IOException {
        try (var reader = new CborReader(message)) {
            return reader.fields(REQUIRED).get(REQUIRED);
        }
    }

    private static ByteRange readRange(CborReader reader) throws IOException {
        var fields = reader.fields(BEGIN, END);
        if (fields.get(END) < fields.get(BEGIN)) {
            throw new MalformedCborException("a range ends before it begins");
        }
        return new ByteRange(fields.get(BEGIN), fields.get(END));
    }

    static byte[] write(Set<Integer> shares) {
        return new CborWriter().set(shares).toBytes();
    }

    static Set<Integer> readShares(byte[] message) throws IOException {
        try (var reader = new CborReader(message)) {
            return readSet(reader);
        }
    }

    private static Set<Integer> readSet(CborReader reader) throws IOException {
        return reader.set(MAX_SHARES, MAX_SHARES);
    }

    static byte[] writeReason(String reason) {
        return new CborWriter().map(1).key(REASON).text(reason).endMap().toBytes();
    }

    static String readReason(byte[] message) throws IOException {
        try (var reader = new CborReader(message)) {
            String reason = reader.fields(REASON).get(REASON);
            reader.end();
            if (reason.isEmpty() || reason.length() > MAX_REASON) {
                throw new MalformedCborException("a reason has 1 to " + MAX_REASON + " characters");
            }
            return reason;
        }
    }

    /// Read by [ReadTestWriteReader], as it may not fit into memory.
    record ReadTestWrite(Map<Integer, TestAndWrite> shares, List<ReadVector> reads) {}

    static byte[] write(ReadTestWrite request) {
        var writer = new CborWriter()
                .map(2)
                .key("test-write-vectors")
                .map(request.shares().size());
        request.shares().forEach((share, vectors) -> write(writer.key(share), vectors));
        writer.endMap().key("read-vector").array(request.reads().size());
        for (var read : request.reads()) {
            writer.map(2)
                    .key(OFFSET)
                    .number(read.offset())
                    .key(SIZE)
                    .number(read.length())
                    .endMap();
        }
        return writer.endArray().endMap().toBytes();
    }

    private static void write(CborWriter writer, TestAndWrite vectors) {
        writer.map(3).key("test").array(vectors.tests().size());
        for (var test : vectors.tests()) {
            writer.map(3).key(OFFSET).number(test.offset()).key(SIZE).number(test.length());
            writer.key("specimen").bytes(test.specimen()).endMap();
        }
        writer.endArray().key("write").array(vectors.writes().size());
        for (var write : vectors.writes()) {
            writer.map(2)
                    .key(OFFSET)
                    .number(write.offset())
                    .key("data")
                    .bytes(write.data())
                    .endMap();
        }
        writer.endArray().key(NEW_LENGTH);
        vectors.newLength().ifPresentOrElse(writer::number, writer::nothing);
        writer.endMap();
    }

    static byte[] write(Tested reply) {
        var writer = new CborWriter().map(2).key(SUCCESS).bool(reply.written());
        writer.key(DATA).map(reply.data().size());
        new TreeMap<>(reply.data()).forEach((share, pieces) -> {
            writer.key(share).array(pieces.size());
            pieces.forEach(writer::bytes);
            writer.endArray();
        });
        return writer.endMap().endMap().toBytes();
    }

    static Tested readTested(byte[] message) throws IOException {
        try (var reader = new CborReader(message)) {
            var fields = reader.fields(SUCCESS, DATA);
            return new Tested(fields.get(SUCCESS), fields.get(DATA));
        }
    }

    private static List<ByteBuffer> readPieces(CborReader reader) throws IOException {
        return reader.list(MAX_VECTORS, CborReader::bytes).stream()
                .map(ByteBuffer::wrap)
                .toList();
    }
}
