package org.truckee.protocol.storage;

import java.io.IOException;
import org.truckee.protocol.cbor.CborReader;
import org.truckee.protocol.cbor.CborWriter;
import org.truckee.protocol.cbor.Field;

/// How much a storage server keeps, for people to look at. `process` is random, another for each process, by which one
/// notices two with one key. Until `isCounted` there are at least so many bytes and shares.
///
/// ```
/// GET /truckee/v1/usage  ->  {"process": text, "counted": bool, "used-bytes": n, "shares": n}     CBOR
/// ```
///
/// Tahoe-LAFS's servers do not say, and its clients do not ask.
public record StorageUsage(String process, boolean isCounted, long usedBytes, long shares) {
    static final String PATH = "/truckee/v1/usage";

    private static final Field<String> PROCESS = new Field<>("process", CborReader::text);
    private static final Field<Boolean> COUNTED = new Field<>("counted", CborReader::bool);
    private static final Field<Long> USED_BYTES = new Field<>("used-bytes", CborReader::unsigned);
    private static final Field<Long> SHARES = new Field<>("shares", CborReader::unsigned);

    byte[] write() {
        return new CborWriter()
                .map(4)
                .key(PROCESS)
                .text(process)
                .key(COUNTED)
                .bool(isCounted)
                .key(USED_BYTES)
                .number(usedBytes)
                .key(SHARES)
                .number(shares)
                .endMap()
                .toBytes();
    }

    static StorageUsage read(byte[] message) throws IOException {
        try (var reader = new CborReader(message)) {
            var fields = reader.fields(PROCESS, COUNTED, USED_BYTES, SHARES);
            return new StorageUsage(
                    fields.get(PROCESS), fields.get(COUNTED), fields.get(USED_BYTES), fields.get(SHARES));
        }
    }
}
