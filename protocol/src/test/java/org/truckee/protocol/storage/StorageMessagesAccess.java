package org.truckee.protocol.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.truckee.protocol.fuzz.Fuzz;

/// One of each body of the storage protocol, with its parser, for tests elsewhere.
public final class StorageMessagesAccess {
    private StorageMessagesAccess() {}

    /// A body and what reads it.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Message(byte[] bytes, Fuzz.Parser parser) {}

    /// Of shares 0 to 2, 48 bytes each.
    public static byte[] allocate() {
        return StorageMessages.write(new StorageMessages.Allocate(Set.of(0, 1, 2), 48));
    }

    public static byte[] reason() {
        return StorageMessages.writeReason("bad hash");
    }

    public static byte[] change(int share) {
        var test = new TestAndWrite.Test(0, 1, ByteBuffer.allocate(0));
        var write = new TestAndWrite.Write(5, ByteBuffer.allocate(40));
        var change = new TestAndWrite(
                share == 0 ? List.of(test) : List.of(),
                List.of(write),
                share == 1 ? OptionalLong.of(45) : OptionalLong.empty());
        return StorageMessages.write(
                new StorageMessages.ReadTestWrite(Map.of(share, change), List.of(new ReadVector(0, 57))));
    }

    static StorageMessages.ReadTestWrite readReadTestWrite(byte[] bytes) throws IOException {
        try (var staged = new StagedBytes(Path.of(System.getProperty("java.io.tmpdir")), new Semaphore(1 << 20))) {
            return ReadTestWriteReader.read(new ByteArrayInputStream(bytes), staged);
        }
    }

    public static List<Message> all() {
        var change = new TestAndWrite(
                List.of(new TestAndWrite.Test(0, 1, ByteBuffer.allocate(0))),
                List.of(new TestAndWrite.Write(5, ByteBuffer.wrap(new byte[40]))),
                OptionalLong.of(45));
        var request = new StorageMessages.ReadTestWrite(Map.of(3, change), List.of(new ReadVector(0, 57)));
        var tested = new ReadTestWriteAnswer.Tested(true, Map.of(3, List.of(ByteBuffer.wrap(new byte[57]))));
        return List.of(
                new Message(StorageMessages.write(new ServerVersion("truckee", 1, 2, 3)), StorageMessages::readVersion),
                new Message(
                        StorageMessages.write(new StorageMessages.Allocate(Set.of(1, 7), 48)),
                        StorageMessages::readAllocate),
                new Message(
                        StorageMessages.write(new Allocation(Set.of(1), Set.of(7))), StorageMessages::readAllocation),
                new Message(StorageMessages.writeMissing(List.of(new ByteRange(16, 48))), StorageMessages::readMissing),
                new Message(StorageMessages.write(Set.of(7)), StorageMessages::readShares),
                new Message(StorageMessages.writeReason("bad hash"), StorageMessages::readReason),
                new Message(StorageMessages.write(request), StorageMessagesAccess::readReadTestWrite),
                new Message(StorageMessages.write(tested), StorageMessages::readTested));
    }
}
