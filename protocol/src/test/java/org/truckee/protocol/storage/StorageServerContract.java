package org.truckee.protocol.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.UploadSecret;
import org.truckee.crypto.WriteEnabler;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.storage.ReadTestWriteAnswer.Tested;
import org.truckee.protocol.storage.ReadTestWriteAnswer.WrongWriteEnabler;
import org.truckee.protocol.storage.WriteAnswer.Refused;
import org.truckee.protocol.storage.WriteAnswer.Written;

/// What every [StorageServer] does, whatever is behind it.
public abstract class StorageServerContract {
    protected static final StorageIndex INDEX = new StorageIndex(filled(16, 7));
    protected static final StorageIndex OTHER_INDEX = new StorageIndex(filled(16, 8));
    protected static final UploadSecret UPLOAD = new UploadSecret(filled(20, 1));
    protected static final UploadSecret OTHER_UPLOAD = new UploadSecret(filled(20, 2));
    protected static final LeaseSecrets LEASE = new LeaseSecrets(filled(32, 3), filled(32, 4));
    protected static final WriteEnabler ENABLER = new WriteEnabler(filled(32, 5));
    protected static final WriteEnabler OTHER_ENABLER = new WriteEnabler(filled(32, 6));

    /// An empty server, the same one throughout a test.
    protected abstract StorageServer server() throws IOException;

    protected static byte[] filled(int length, int value) {
        var bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static ByteStream bytes(String text) {
        return ByteStream.of(text.getBytes(UTF_8));
    }

    private static ByteBuffer buffer(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private String read(ShareKind kind, int share, long offset, long length) throws IOException {
        try (var stream = server().read(kind, INDEX, share, offset, length).orElseThrow()) {
            return new String(stream.readAll(), UTF_8);
        }
    }

    private Allocation allocate(UploadSecret secret, long size, Integer... shares) throws IOException {
        return server().allocate(INDEX, Set.of(shares), size, secret, LEASE);
    }

    private WriteAnswer write(int share, long offset, String text) throws IOException {
        return server().write(INDEX, share, UPLOAD, offset, bytes(text));
    }

    private ReadTestWriteAnswer change(int share, TestAndWrite change, ReadVector... reads) throws IOException {
        return server().readTestWrite(INDEX, ENABLER, LEASE, Map.of(share, change), List.of(reads));
    }

    private static TestAndWrite writing(long offset, String text) {
        return new TestAndWrite(List.of(), List.of(new TestAndWrite.Write(offset, buffer(text))), OptionalLong.empty());
    }

    private static TestAndWrite cutting(long length) {
        return new TestAndWrite(List.of(), List.of(), OptionalLong.of(length));
    }

    @Test
    void serverTellsHowMuchItTakes() throws IOException {
        assertThat(server().version().availableSpace()).isPositive();
        assertThat(server().version().application()).isNotEmpty();
    }

    @Test
    void nothingIsThereAtFirst() throws IOException {
        assertThat(server().list(ShareKind.IMMUTABLE, INDEX)).isEmpty();
        assertThat(server().list(ShareKind.MUTABLE, INDEX)).isEmpty();
        assertThat(server().read(ShareKind.IMMUTABLE, INDEX, 0, 0, 10)).isEmpty();
        assertThat(server().read(ShareKind.MUTABLE, INDEX, 0, 0, 10)).isEmpty();
        assertThat(server().renewLease(INDEX, LEASE)).isFalse();
        assertThat(server().adviseCorrupt(ShareKind.IMMUTABLE, INDEX, 0, "why")).isFalse();
    }

    @Test
    void shareAppearsWithItsLastByte() throws IOException {
        assertThat(allocate(UPLOAD, 10, 1, 7)).isEqualTo(new Allocation(Set.of(), Set.of(1, 7)));
        assertThat(write(1, 5, "56789")).isEqualTo(new Written(List.of(new ByteRange(0, 5))));
        assertThat(server().list(ShareKind.IMMUTABLE, INDEX)).isEmpty();
        assertThat(server().read(ShareKind.IMMUTABLE, INDEX, 1, 0, 10)).isEmpty();
        assertThat(write(1, 0, "01234")).isEqualTo(new Written(List.of()));
        assertThat(server().list(ShareKind.IMMUTABLE, INDEX)).containsExactly(1);
        assertThat(read(ShareKind.IMMUTABLE, 1, 0, 10)).isEqualTo("0123456789");
    }

    @Test
    void piecesOfAllSizesAndOrdersMakeTheShare() throws IOException {
        allocate(UPLOAD, 10, 0);
        assertThat(write(0, 2, "23")).isEqualTo(new Written(List.of(new ByteRange(0, 2), new ByteRange(4, 10))));
        assertThat(write(0, 6, "67"))
                .isEqualTo(new Written(List.of(new ByteRange(0, 2), new ByteRange(4, 6), new ByteRange(8, 10))));
        assertThat(write(0, 1, "12345678")).isEqualTo(new Written(List.of(new ByteRange(0, 1), new ByteRange(9, 10))));
        write(0, 9, "9");
        write(0, 0, "0");
        assertThat(read(ShareKind.IMMUTABLE, 0, 0, 10)).isEqualTo("0123456789");
    }

    @Test
    void readingIsCutAtTheEndOfTheShare() throws IOException {
        allocate(UPLOAD, 4, 0);
        write(0, 0, "abcd");
        assertThat(read(ShareKind.IMMUTABLE, 0, 2, 100)).isEqualTo("cd");
        assertThat(read(ShareKind.IMMUTABLE, 0, 4, 1)).isEmpty();
        assertThat(read(ShareKind.IMMUTABLE, 0, 1000, 1)).isEmpty();
    }

    @Test
    void completeShareIsAlreadyHadAndAnUploadUnderWayIsRefused() throws IOException {
        allocate(UPLOAD, 2, 0, 1);
        write(0, 0, "ab");
        assertThat(allocate(OTHER_UPLOAD, 2, 1, 2)).isEqualTo(new Allocation(Set.of(0), Set.of(2)));
        assertThat(allocate(UPLOAD, 2, 1)).isEqualTo(new Allocation(Set.of(0), Set.of()));
    }

    @Test
    void shareWithoutRoomIsRefused() throws IOException {
        assertThat(allocate(UPLOAD, Long.MAX_VALUE / 2, 0)).isEqualTo(new Allocation(Set.of(), Set.of()));
    }

    @Test
    void writesThatCannotBeAreRefused() throws IOException {
        allocate(UPLOAD, 4, 0);
        write(0, 0, "ab");
        assertThat(write(0, 1, "x")).isEqualTo(Refused.CONFLICT);
        assertThat(write(0, 3, "xy")).isEqualTo(Refused.BEYOND_END);
        assertThat(write(1, 0, "x")).isEqualTo(Refused.NOT_ALLOCATED);
        assertThat(server().write(INDEX, 0, OTHER_UPLOAD, 2, bytes("cd"))).isEqualTo(Refused.OTHER_SECRET);
        assertThat(write(0, 1, "bcd")).isEqualTo(new Written(List.of()));
        assertThat(write(0, 0, "abcd")).isEqualTo(Refused.NOT_ALLOCATED);
    }

    @Test
    void abortedUploadCanBeginAnew() throws IOException {
        allocate(UPLOAD, 2, 0);
        assertThat(server().abort(INDEX, 0, OTHER_UPLOAD)).isEqualTo(AbortAnswer.OTHER_SECRET);
        assertThat(server().abort(INDEX, 0, UPLOAD)).isEqualTo(AbortAnswer.ABORTED);
        assertThat(server().abort(INDEX, 0, UPLOAD)).isEqualTo(AbortAnswer.NOT_ALLOCATED);
        allocate(UPLOAD, 2, 0);
        write(0, 0, "ab");
        assertThat(server().abort(INDEX, 0, UPLOAD)).isEqualTo(AbortAnswer.ALREADY_COMPLETE);
    }

    @Test
    void leaseIsRenewedOnWhatIsThere() throws IOException {
        allocate(UPLOAD, 1, 0);
        write(0, 0, "a");
        assertThat(server().renewLease(INDEX, LEASE)).isTrue();
        assertThat(server().renewLease(INDEX, new LeaseSecrets(filled(32, 8), filled(32, 9))))
                .isTrue();
        assertThat(read(ShareKind.IMMUTABLE, 0, 0, 100)).isEqualTo("a");
    }

    @Test
    void corruptionIsReportedOfSharesThatAreThere() throws IOException {
        allocate(UPLOAD, 1, 0);
        write(0, 0, "a");
        assertThat(server().adviseCorrupt(ShareKind.IMMUTABLE, INDEX, 0, "it smells"))
                .isTrue();
        assertThat(server().adviseCorrupt(ShareKind.IMMUTABLE, INDEX, 1, "it smells"))
                .isFalse();
    }

    @Test
    void mutableShareIsWrittenReadAndChanged() throws IOException {
        assertThat(change(3, writing(0, "hello"))).isEqualTo(new Tested(true, Map.of()));
        assertThat(server().list(ShareKind.MUTABLE, INDEX)).containsExactly(3);
        assertThat(change(3, writing(3, "p me"), new ReadVector(0, 100), new ReadVector(1, 2)))
                .isEqualTo(new Tested(true, Map.of(3, List.of(buffer("hello"), buffer("el")))));
        assertThat(read(ShareKind.MUTABLE, 3, 0, 100)).isEqualTo("help me");
    }

    @Test
    void gapReadsAsZerosAlsoWhereOldBytesWereCutOff() throws IOException {
        change(0, writing(0, "abcdef"));
        change(0, cutting(2));
        assertThat(read(ShareKind.MUTABLE, 0, 0, 100)).isEqualTo("ab");
        change(0, writing(4, "x"));
        assertThat(read(ShareKind.MUTABLE, 0, 0, 100)).isEqualTo("ab\0\0x");
    }

    @Test
    void laterWritesWinAndLongerLengthsChangeNothing() throws IOException {
        var twice = new TestAndWrite(
                List.of(),
                List.of(new TestAndWrite.Write(0, buffer("aaaa")), new TestAndWrite.Write(2, buffer("b"))),
                OptionalLong.of(100));
        change(0, twice);
        assertThat(read(ShareKind.MUTABLE, 0, 0, 100)).isEqualTo("aaba");
    }

    @Test
    void lengthZeroDeletesTheShare() throws IOException {
        change(0, writing(0, "a"));
        change(1, writing(0, "b"));
        change(0, cutting(0));
        assertThat(server().list(ShareKind.MUTABLE, INDEX)).containsExactly(1);
    }

    @Test
    void oneFailedTestLeavesEverythingAsItWas() throws IOException {
        change(0, writing(0, "abc"));
        var failing = new TestAndWrite(
                List.of(new TestAndWrite.Test(1, 2, buffer("xx"))),
                List.of(new TestAndWrite.Write(0, buffer("new"))),
                OptionalLong.empty());
        var answer = server().readTestWrite(
                        INDEX,
                        ENABLER,
                        LEASE,
                        Map.of(0, failing, 1, writing(0, "other")),
                        List.of(new ReadVector(0, 3)));
        assertThat(answer).isEqualTo(new Tested(false, Map.of(0, List.of(buffer("abc")))));
        assertThat(read(ShareKind.MUTABLE, 0, 0, 100)).isEqualTo("abc");
        assertThat(server().list(ShareKind.MUTABLE, INDEX)).containsExactly(0);
    }

    @Test
    void testForAnEmptyShareFailsOnceItIsThere() throws IOException {
        var first = new TestAndWrite(
                List.of(new TestAndWrite.Test(0, 1, ByteBuffer.allocate(0))),
                List.of(new TestAndWrite.Write(0, buffer("first"))),
                OptionalLong.empty());
        assertThat(change(0, first)).isEqualTo(new Tested(true, Map.of()));
        assertThat(change(0, first)).isEqualTo(new Tested(false, Map.of(0, List.of())));
    }

    @Test
    void otherWriteEnablerIsRefusedForTheWholeSlot() throws IOException {
        change(0, writing(0, "mine"));
        assertThat(server().readTestWrite(INDEX, OTHER_ENABLER, LEASE, Map.of(1, writing(0, "x")), List.of()))
                .isEqualTo(new WrongWriteEnabler());
        assertThat(server().list(ShareKind.MUTABLE, INDEX)).containsExactly(0);
    }

    @Test
    void mutableSharesKeepTheirBytesUnderManyLeasesAndGrowth() throws IOException {
        change(0, writing(0, "short"));
        for (int i = 10; i < 17; i++) {
            server().renewLease(INDEX, new LeaseSecrets(filled(32, i), filled(32, i)));
        }
        change(0, writing(5, " and much longer now"));
        assertThat(read(ShareKind.MUTABLE, 0, 0, 100)).isEqualTo("short and much longer now");
        assertThat(server().renewLease(INDEX, new LeaseSecrets(filled(32, 16), filled(32, 16))))
                .isTrue();
    }
}
