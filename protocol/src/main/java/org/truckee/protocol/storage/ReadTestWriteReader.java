package org.truckee.protocol.storage;

import static org.truckee.protocol.storage.StorageMessages.MAX_SHARES;
import static org.truckee.protocol.storage.StorageMessages.MAX_VECTORS;
import static org.truckee.protocol.storage.StorageMessages.NEW_LENGTH;
import static org.truckee.protocol.storage.StorageMessages.OFFSET;
import static org.truckee.protocol.storage.StorageMessages.SIZE;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.truckee.protocol.cbor.CborReader;
import org.truckee.protocol.cbor.Field;
import org.truckee.protocol.cbor.MalformedCborException;
import org.truckee.protocol.storage.StagedBytes.Piece;
import org.truckee.protocol.storage.StorageMessages.ReadTestWrite;

/// Reads the body of one read-test-write while it arrives; its byte strings go to a [StagedBytes], which has to stay
/// open as long as they are used.
final class ReadTestWriteReader {
    /// Of all shares together.
    static final int MAX_WRITES = 1 << 16;

    private record StagedTest(long offset, long length, Piece specimen) {}

    private record StagedWrite(long offset, Piece data) {}

    private record StagedChange(List<StagedTest> tests, List<StagedWrite> writes, OptionalLong newLength) {}

    private final StagedBytes staged;
    private int writes;

    private final Field<Piece> specimen = new Field<>("specimen", this::piece);
    private final Field<Piece> data = new Field<>("data", this::piece);
    private final Field<List<StagedTest>> test =
            new Field<>("test", reader -> reader.list(MAX_VECTORS, this::readTest));
    private final Field<List<StagedWrite>> write =
            new Field<>("write", reader -> reader.list(MAX_WRITES - writes, this::readWrite));
    private final Field<Map<Integer, StagedChange>> vectors =
            new Field<>("test-write-vectors", reader -> reader.numbered(MAX_SHARES, this::readChange));
    private final Field<List<ReadVector>> readVector =
            new Field<>("read-vector", reader -> reader.list(MAX_VECTORS, ReadTestWriteReader::readPlace));

    private ReadTestWriteReader(StagedBytes staged) {
        this.staged = staged;
    }

    static ReadTestWrite read(InputStream message, StagedBytes staged) throws IOException {
        return new ReadTestWriteReader(staged).read(message);
    }

    private ReadTestWrite read(InputStream message) throws IOException {
        try (var reader = new CborReader(message)) {
            var fields = reader.fields(vectors, readVector);
            reader.end();
            staged.seal();
            Map<Integer, TestAndWrite> shares = new TreeMap<>();
            fields.get(vectors).forEach((share, change) -> shares.put(share, whole(change)));
            return new ReadTestWrite(shares, fields.get(readVector));
        }
    }

    private Piece piece(CborReader reader) throws IOException {
        try (var sink = staged.begin()) {
            reader.bytes(sink);
            return sink.piece();
        }
    }

    private StagedChange readChange(CborReader reader) throws IOException {
        var fields = reader.fields(test, write, NEW_LENGTH);
        writes += fields.get(write).size();
        return new StagedChange(fields.get(test), fields.get(write), fields.get(NEW_LENGTH));
    }

    private StagedTest readTest(CborReader reader) throws IOException {
        var fields = reader.fields(OFFSET, SIZE, specimen);
        return new StagedTest(fields.get(OFFSET), fields.get(SIZE), fields.get(specimen));
    }

    private StagedWrite readWrite(CborReader reader) throws IOException {
        var fields = reader.fields(OFFSET, data);
        if (fields.get(OFFSET) > Long.MAX_VALUE - fields.get(data).length()) {
            throw new MalformedCborException("a write ends beyond what can be counted");
        }
        return new StagedWrite(fields.get(OFFSET), fields.get(data));
    }

    private static ReadVector readPlace(CborReader reader) throws IOException {
        var fields = reader.fields(OFFSET, SIZE);
        return new ReadVector(fields.get(OFFSET), fields.get(SIZE));
    }

    private TestAndWrite whole(StagedChange change) {
        return new TestAndWrite(
                change.tests().stream()
                        .map(t -> new TestAndWrite.Test(t.offset(), t.length(), staged.bytes(t.specimen())))
                        .toList(),
                change.writes().stream()
                        .map(w -> new TestAndWrite.Write(w.offset(), staged.bytes(w.data())))
                        .toList(),
                change.newLength());
    }
}
