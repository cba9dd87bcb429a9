package org.truckee.client.immutable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.grid.MemoryGrid;
import org.truckee.client.grid.Transfer.State;
import org.truckee.client.share.NotEnoughSharesException;
import org.truckee.crypto.Hash;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.storage.Fault;
import org.truckee.protocol.storage.Fault.Applied;
import org.truckee.protocol.storage.FaultyStorageServer.Call;
import org.truckee.protocol.storage.Schedule;
import org.truckee.protocol.storage.ShareKind;

@Timeout(30)
class DownloadTest {
    private static final int SIZE = 1000;

    private final MemoryGrid grid = new MemoryGrid(10);
    private final Client client = new Client(grid);
    private final byte[] contents = Client.contents(SIZE);
    private final EncryptedFile source = Client.file(contents);
    private final StorageIndex storageIndex = source.storageIndex();

    /// Which server holds each share.
    private final int[] holder = new int[10];

    private ChkReadCap cap = new ChkReadCap(source.key(), new Hash(new byte[32]), Client.ENCODING, 1);

    @BeforeEach
    void upload() throws IOException {
        var report = client.upload(source, 10);
        cap = Client.cap(source, report);
        report.holders()
                .forEach((share, holders) ->
                        holder[share] = grid.all().indexOf(holders.iterator().next()));
    }

    @AfterEach
    void close() {
        assertThat(client.memory().taken()).as("bytes of segments").isZero();
        client.close();
        grid.close();
    }

    private static byte[] readAll(ChkFile file) throws IOException {
        var read = new byte[SIZE];
        assertThat(file.read(0, read, 0, SIZE)).isEqualTo(SIZE);
        return read;
    }

    private byte[] share(int share) {
        return grid.server(holder[share]).share(ShareKind.IMMUTABLE, storageIndex, share);
    }

    private void setShare(int server, int share, byte[] bytes) {
        grid.server(server).setShare(ShareKind.IMMUTABLE, storageIndex, share, bytes);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void anyRangeIsRead(long seed) throws IOException {
        var random = new Random(seed);
        try (var file = client.open(cap)) {
            for (int round = 0; round < 100; round++) {
                int offset = random.nextInt(SIZE);
                int length = random.nextInt(SIZE);
                var target = new byte[length + 7];
                int read = file.read(offset, target, 7, length);
                assertThat(read).isEqualTo(Math.min(length, SIZE - offset));
                assertThat(Arrays.copyOfRange(target, 7, 7 + read))
                        .isEqualTo(Arrays.copyOfRange(contents, offset, offset + read));
            }
        }
    }

    @Test
    void nothingIsReadBehindTheEnd() throws IOException {
        try (var file = client.open(cap)) {
            assertThat(file.read(SIZE, new byte[10], 0, 10)).isEqualTo(-1);
            assertThat(file.read(SIZE - 3, new byte[10], 0, 10)).isEqualTo(3);
        }
    }

    @Test
    void manyReadersDoNotDisturbEachOther() throws Exception {
        try (var file = client.open(cap);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var readers = IntStream.range(0, 20)
                    .mapToObj(i -> threads.submit(() -> {
                        var random = new Random(i);
                        for (int round = 0; round < 50; round++) {
                            int offset = random.nextInt(SIZE - 100);
                            var target = new byte[100];
                            file.read(offset, target, 0, 100);
                            assertThat(target).isEqualTo(Arrays.copyOfRange(contents, offset, offset + 100));
                        }
                        return i;
                    }))
                    .toList();
            for (var reader : readers) {
                reader.get();
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyThreeSharesAreEnough(long seed) throws IOException {
        var shares = new ArrayList<>(IntStream.range(0, 10).boxed().toList());
        Collections.shuffle(shares, new Random(seed));
        shares.subList(0, 7).forEach(share -> setShare(holder[share], share, new byte[0]));
        try (var file = client.open(cap)) {
            assertThat(readAll(file)).isEqualTo(contents);
        }
    }

    @Test
    void twoSharesAreNotEnoughAndItIsSaidWhoHasThem() throws IOException {
        for (int share = 2; share < 10; share++) {
            setShare(holder[share], share, new byte[0]);
        }
        try (var file = client.open(cap)) {
            assertThatThrownBy(() -> readAll(file))
                    .isInstanceOf(NotEnoughSharesException.class)
                    .hasMessageStartingWith("the file needs 3 different shares and only 2 can be had: ")
                    .hasMessageContaining("share 0 at " + grid.all().get(holder[0]) + " is there")
                    .hasMessageContaining("share 1 at " + grid.all().get(holder[1]) + " is there");
        }
    }

    @Test
    void shareThatIsThereTwiceReplacesItself() throws IOException {
        for (int share = 3; share < 10; share++) {
            setShare(holder[share], share, new byte[0]);
        }
        for (int share = 0; share < 3; share++) {
            setShare(holder[5], share, share(share));
            byte[] damaged = share(share).clone();
            damaged[60] ^= 1;
            setShare(holder[share], share, damaged);
        }
        try (var file = client.open(cap)) {
            assertThat(readAll(file)).isEqualTo(contents);
        }
    }

    @Test
    void damagedBlockIsReportedToItsServerAndTheShareIsUsedOnForOthers() throws Exception {
        byte[] damaged = share(0).clone();
        damaged[36 + 25 + 1] ^= 1; // the second block
        setShare(holder[0], 0, damaged);
        for (int share = 4; share < 10; share++) {
            setShare(holder[share], share, new byte[0]);
        }
        byte[] other = share(1).clone();
        other[36 + 2 * 25] ^= 1; // the third
        setShare(holder[1], 1, other);
        try (var file = client.open(cap)) {
            assertThat(readAll(file)).isEqualTo(contents);
            await().until(() -> !grid.server(holder[0]).advisories().isEmpty()
                    && !grid.server(holder[1]).advisories().isEmpty());
        }
        assertThat(grid.server(holder[0]).advisories())
                .containsExactly("share 0: blocks [61-86): the block of segment 1 has another hash");
    }

    @Test
    void silentSharesAreReplacedWhileTheyAreSilent() throws IOException {
        for (int share = 0; share < 7; share++) {
            grid.faulty(holder[share]).inject(new Fault.Hang(Applied.NOT), Schedule.always(), Call.READ);
        }
        try (var file = client.open(cap)) {
            assertThat(readAll(file)).isEqualTo(contents);
            assertThat(grid.connected()).as("busy servers are not frozen").hasSize(10);
        }
    }

    @Test
    void frozenServersAreAskedOnceOnly() throws IOException {
        for (int share = 0; share < 7; share++) {
            grid.faulty(holder[share]).inject(new Fault.Hang(Applied.NOT), Schedule.always());
        }
        try (var file = client.open(cap)) {
            assertThat(readAll(file)).isEqualTo(contents);
        }
    }

    @Test
    void fileThatIsOpenFindsSharesThatHaveMoved() throws IOException {
        try (var file = client.open(cap)) {
            file.read(0, new byte[10], 0, 10);
            for (int share = 0; share < 10; share++) {
                byte[] bytes = share(share);
                setShare(holder[share], share, new byte[0]);
                setShare((holder[share] + 1) % 10, share, bytes);
            }
            assertThat(readAll(file)).isEqualTo(contents);
        }
    }

    @Test
    void sequentialReaderFindsTheNextSegmentsThere() throws Exception {
        try (var roomy = new Client(grid, 20, client.incarnations());
                var file = roomy.open(cap)) {
            for (int segment = 0; segment < 5; segment++) {
                file.read(75L * segment, new byte[75], 0, 75);
            }
            await().until(() -> roomy.memory().taken() >= 7 * 75);
        }
    }

    @Test
    void readsOfAnOpenFileAreCounted() throws IOException {
        try (var file = client.open(cap)) {
            readAll(file);
            assertThat(client.transfers().downloads().getFirst().bytes()).isEqualTo(SIZE);
        }
        assertThat(client.transfers().downloads().getFirst().state()).isEqualTo(State.DONE);
        assertThat(client.transfers().totals().downloadedBytes()).isEqualTo(SIZE);
    }

    @Test
    void closedFileIsNotRead() throws IOException {
        var file = client.open(cap);
        file.close();
        assertThatThrownBy(() -> readAll(file)).hasMessage("the file is closed");
    }

    @Test
    void sharesNumberedBeyondTheTotalAreIgnored() throws IOException {
        List<byte[]> others = EncodedShares.of(source).shares();
        setShare(3, 200, others.getFirst());
        try (var file = client.open(cap)) {
            assertThat(readAll(file)).isEqualTo(contents);
        }
    }
}
