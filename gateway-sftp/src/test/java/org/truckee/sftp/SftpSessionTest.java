package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.truckee.sftp.PacketClient.ATTRIBUTES;
import static org.truckee.sftp.PacketClient.DATA;
import static org.truckee.sftp.PacketClient.FSETSTAT;
import static org.truckee.sftp.PacketClient.FSTAT;
import static org.truckee.sftp.PacketClient.HANDLE;
import static org.truckee.sftp.PacketClient.NAME;
import static org.truckee.sftp.PacketClient.OPEN;
import static org.truckee.sftp.PacketClient.OPENDIR;
import static org.truckee.sftp.PacketClient.RENAME;
import static org.truckee.sftp.PacketClient.STAT;
import static org.truckee.sftp.PacketClient.STATUS;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.client.Grid;
import org.truckee.client.cap.Encoding;
import org.truckee.client.files.GridPath;
import org.truckee.client.files.UploadPolicy;
import org.truckee.client.grid.MemoryGrid;
import org.truckee.client.immutable.Plaintext;
import org.truckee.client.mutable.KeyPool;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.LeaseSecret;
import org.truckee.protocol.storage.Fault;
import org.truckee.protocol.storage.FaultyStorageServer.Call;
import org.truckee.protocol.storage.Schedule;

/// The conversation, packet by packet, without SSH around it.
class SftpSessionTest {
    private static final KeyPool KEYS = new KeyPool(4, new SecureRandom());

    @TempDir
    Path folder;

    private final MemoryGrid servers = new MemoryGrid(5);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private TreeSource trees = SftpSessionTest::noTree;
    private SftpSession session = new SftpSession(trees, CloseRule.GRID, threads, InstantSource.system());
    private PacketClient client = new PacketClient(session);

    private static Tree noTree() throws IOException {
        throw new IOException("3 of 7 servers connected, 3 announced");
    }

    @BeforeEach
    void start() throws IOException {
        var policy = new UploadPolicy(new Encoding(2, 5), 3, new ConvergenceSecret(new byte[32]));
        var grid = new Grid(
                servers, new LeaseSecret(new byte[32]), policy, 5, KEYS, new SecureRandom(), InstantSource.system());
        var root = grid.directories().create();
        var files = grid.files(root);
        var bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        files.put(GridPath.parse("big"), Plaintext.of(bytes));
        var tree = new Tree(
                root,
                files,
                Staging.open(folder, new byte[Staging.KEY_BYTES], OptionalLong.empty(), new SecureRandom()),
                () -> 1000,
                InstantSource.system());
        trees = () -> tree;
        session = new SftpSession(trees, CloseRule.GRID, threads, InstantSource.system());
        client = new PacketClient(session);
    }

    @AfterEach
    void end() {
        servers.close();
        session.close();
        threads.close();
    }

    @Test
    void aDirectoryIsListedAfterWhatWasWrittenInItBefore() throws Exception {
        String writer = client.open("f", 2 | 8);
        var writes = new ArrayList<Integer>();
        for (int i = 0; i < 50; i++) {
            writes.add(client.sendWrite(writer, i * 1000L, new byte[1000]));
        }
        client.answer(client.sendPath(OPENDIR, "/"), HANDLE);
        for (int id : writes) {
            assertThat(client.replies(id)).as("the answer to a write before").isNotEmpty();
        }
    }

    @Test
    void whatIsWrittenThroughOneHandleAndCutThroughAnotherIsDoneInOrder() throws Exception {
        String writer = client.open("f", 2 | 8);
        String cutter = client.open("f", 2);
        var last = new ArrayList<Integer>();
        for (int i = 0; i < 50; i++) {
            last.add(client.sendWrite(writer, i * 1000L, new byte[1000]));
        }
        int cut = client.send(FSETSTAT, packet -> {
            packet.putString(cutter);
            packet.putInt(1);
            packet.putLong(7);
        });
        for (int id : last) {
            assertThat(client.status(id)).isZero();
        }
        assertThat(client.status(cut)).isZero();
        assertThat(trees.tree().stat(GridPath.parse("f")).bytes()).isEqualTo(7);
    }

    @Test
    void readsThatWaitForTheGridHoldUpNothingElse() throws Exception {
        String handle = client.open("/big", 1);
        String other = client.open("/other", 2 | 8);
        for (int i = 0; i < 5; i++) {
            servers.faulty(i).inject(new Fault.Hang(Fault.Applied.NOT), Schedule.always(), Call.READ);
        }
        for (int i = 0; i < 64; i++) {
            client.sendRead(handle, i * 32768L, 32768);
        }
        client.answer(client.send(FSTAT, packet -> packet.putString(handle)), ATTRIBUTES);
        assertThat(client.status(client.sendWrite(other, 0, new byte[1000]))).isZero();
        client.answer(client.sendPath(STAT, "/other"), ATTRIBUTES);
        heal();
    }

    @Test
    void whatWasWrittenBeforeIsSeenByEverythingAfter() throws Exception {
        String handle = client.open("/f", 2 | 8);
        var data = new byte[1000];
        List<Integer> writes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            writes.add(client.sendWrite(handle, i * 1000L, data));
        }
        int stat = client.sendPath(STAT, "/f");
        int close = client.sendClose(handle);
        int rename = client.send(RENAME, packet -> {
            packet.putString("/f");
            packet.putString("/g");
        });
        for (int write : writes) {
            assertThat(client.status(write)).isZero();
        }
        Buffer attributes = client.answer(stat, ATTRIBUTES);
        attributes.getInt();
        assertThat(attributes.getLong()).isEqualTo(100_000);
        assertThat(client.status(close)).isZero();
        assertThat(client.status(rename)).isZero();
        client.answer(client.sendPath(STAT, "/g"), ATTRIBUTES);
        assertThat(client.status(client.sendPath(STAT, "/f"))).isEqualTo(2);
    }

    /// As sshfs does it, which does not wait for the handle.
    @Test
    void aFileIsThereForWhatIsSentRightAfterItsCreation() throws Exception {
        for (int i = 0; i < 20; i++) {
            int open = client.sendOpen("/new" + i, 2 | 8);
            int stat = client.sendPath(STAT, "/new" + i);
            client.answer(stat, ATTRIBUTES);
            client.answer(open, HANDLE);
        }
    }

    @Test
    void aFileThatIsBeingClosedIsReadAtOnce() throws Exception {
        String handle = client.open("/f", 2 | 8);
        client.sendWrite(handle, 0, "hello".getBytes(UTF_8));
        for (int i = 0; i < 5; i++) {
            servers.faulty(i).inject(new Fault.Hang(Fault.Applied.NOT), Schedule.always(), Call.READ_TEST_WRITE);
        }
        int close = client.sendClose(handle);
        String reader = client.open("/f", 1);
        Buffer data = client.answer(client.sendRead(reader, 0, 100), DATA);
        assertThat(data.getString()).isEqualTo("hello");
        assertThat(client.status(client.sendRead(reader, 5, 100))).isEqualTo(1);
        assertThat(client.replies(close)).isEmpty();
        await().until(() -> {
            heal(); // again for a call that was about to hang
            return !client.replies(close).isEmpty();
        });
        assertThat(client.status(close)).isZero();
    }

    private void heal() {
        for (int i = 0; i < 5; i++) {
            servers.faulty(i).heal();
            servers.faulty(i).release();
        }
    }

    @Test
    void beforeThereIsATreeEveryOperationSaysWhy() throws Exception {
        client = new PacketClient(
                new SftpSession(SftpSessionTest::noTree, CloseRule.GRID, threads, InstantSource.system()));
        for (int request :
                List.of(client.sendPath(STAT, "/"), client.sendPath(OPENDIR, "/"), client.sendOpen("/f", 2 | 8))) {
            Buffer status = client.answer(request, STATUS);
            assertThat(status.getInt()).isEqualTo(4);
            assertThat(status.getString()).isEqualTo("3 of 7 servers connected, 3 announced");
        }
    }

    @Test
    void everyCombinationOfOpenFlagsDoesWhatItSays() throws Exception {
        for (int flags = 0; flags < 64; flags++) {
            boolean creates = (flags & 8) != 0;
            boolean exclusive = creates && (flags & 32) != 0;
            Buffer absent = client.anyAnswer(client.sendOpen("/new" + flags, flags));
            assertThat(absent.getInt()).as("flags %s, no file", flags).isEqualTo(creates ? HANDLE : STATUS);
            if (creates) {
                assertThat(client.status(client.sendClose(absent.getString()))).isZero();
                client.answer(client.sendPath(STAT, "/new" + flags), ATTRIBUTES);
            } else {
                assertThat(absent.getInt()).isEqualTo(2);
            }
            write("/there" + flags, "hello");
            Buffer there = client.anyAnswer(client.sendOpen("/there" + flags, flags));
            assertThat(there.getInt()).as("flags %s, a file", flags).isEqualTo(exclusive ? STATUS : HANDLE);
            if (!exclusive) {
                assertHandleDoes(flags, there.getString());
            }
            assertThat(contents("/there" + flags)).as("flags %s", flags).isEqualTo(expected(flags, exclusive));
        }
    }

    private void write(String path, String text) throws Exception {
        String handle = client.open(path, 2 | 8);
        client.status(client.sendWrite(handle, 0, text.getBytes(UTF_8)));
        assertThat(client.status(client.sendClose(handle))).isZero();
    }

    private String contents(String path) throws Exception {
        String handle = client.open(path, 1);
        Buffer answer = client.anyAnswer(client.sendRead(handle, 0, 100));
        String contents = answer.getInt() == DATA ? answer.getString() : "";
        client.status(client.sendClose(handle));
        return contents;
    }

    /// Reads and writes as the flags allow, and not otherwise.
    private void assertHandleDoes(int flags, String handle) throws Exception {
        boolean writes = (flags & (2 | 4)) != 0;
        boolean reads = (flags & 1) != 0 || !writes;
        boolean empty = writes && (flags & 16) != 0;
        Buffer read = client.anyAnswer(client.sendRead(handle, 0, 100));
        int kind = read.getInt();
        if (reads && !empty) {
            assertThat(kind).as("a read, flags %s", flags).isEqualTo(DATA);
        } else {
            assertThat(kind).isEqualTo(STATUS);
            assertThat(read.getInt()).as("a read, flags %s", flags).isEqualTo(reads ? 1 : 3);
        }
        assertThat(client.status(client.sendWrite(handle, 0, "J".getBytes(UTF_8))))
                .as("a write, flags %s", flags)
                .isEqualTo(writes ? 0 : 3);
        assertThat(client.status(client.sendClose(handle))).isZero();
    }

    private static String expected(int flags, boolean exclusive) {
        boolean writes = (flags & (2 | 4)) != 0;
        if (exclusive || !writes) {
            return "hello";
        }
        String before = (flags & 16) != 0 ? "" : "hello";
        boolean appends = (flags & 4) != 0;
        return appends || before.isEmpty() ? before + "J" : "J" + before.substring(1);
    }

    @Test
    void lsetstatChangesTheModeOfAFile() throws Exception {
        int request = client.sendExtended("lsetstat@openssh.com", packet -> {
            packet.putString("/big");
            packet.putInt(4); // permissions follow
            packet.putInt(0600);
        });
        assertThat(client.status(request)).isZero();
        assertThat(trees.tree().stat(GridPath.parse("big")).mode()).isEqualTo(0600);
        int nobody = client.sendExtended("lsetstat@openssh.com", packet -> {
            packet.putString("/nobody");
            packet.putInt(4);
            packet.putInt(0600);
        });
        assertThat(client.status(nobody)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"~, /", "~/d/../big, /big", "big, /big", "/~, /~", "~other, /~other"})
    void expandPathTakesTheTildeForTheRoot(String path, String expanded) throws Exception {
        int request = client.sendExtended("expand-path@openssh.com", packet -> packet.putString(path));
        Buffer names = client.answer(request, NAME);
        assertThat(names.getInt()).isEqualTo(1);
        assertThat(names.getString()).isEqualTo(expanded);
    }

    @Test
    void aHandleThatIsNotThereIsAnAnswer() throws Exception {
        assertThat(client.status(client.sendRead("99", 0, 10))).isEqualTo(5);
        assertThat(client.status(client.sendClose("99"))).isEqualTo(5);
        assertThat(client.status(client.send(77, _ -> {}))).isEqualTo(8);
    }

    @Test
    void aFileCopiedBehindItsOwnEndIsTwiceAsLong() throws Exception {
        String handle = client.open("/f", 1 | 2 | 8);
        client.sendWrite(handle, 0, "hello".getBytes(UTF_8));
        assertThat(client.status(client.sendCopy(handle, 0, 0, handle, 5))).isZero();
        assertThat(client.answer(client.sendRead(handle, 0, 100), DATA).getString())
                .isEqualTo("hellohello");
    }

    @Test
    void aFileIsNotCopiedOverTheBytesThatAreCopied() throws Exception {
        String handle = client.open("/f", 1 | 2 | 8);
        String other = client.open("/f", 1);
        client.sendWrite(handle, 0, "hello".getBytes(UTF_8));
        assertThat(client.status(client.sendCopy(handle, 0, 3, handle, 2))).isEqualTo(5);
        assertThat(client.status(client.sendCopy(other, 2, 0, handle, 0))).isEqualTo(5);
        assertThat(client.status(client.sendCopy(other, 3, 0, handle, 0))).isZero();
        assertThat(client.answer(client.sendRead(handle, 0, 100), DATA).getString())
                .isEqualTo("lollo");
    }

    @Test
    void positionsAndSizesThatNoFileHasAreBadMessages() throws Exception {
        String handle = client.open("/f", 1 | 2 | 8);
        assertRefused(client.sendCopy(handle, -1, 0, handle, 0), "no file has a byte 18446744073709551615");
        assertRefused(client.sendCopy(handle, 0, -1, handle, 0), "no file has 18446744073709551615 bytes");
        assertRefused(client.sendCopy(handle, 0, 0, handle, -1), "no file has a byte 18446744073709551615");
        int truncate = client.send(FSETSTAT, packet -> {
            packet.putString(handle);
            packet.putInt(1); // a size follows
            packet.putLong(Long.MIN_VALUE);
        });
        assertRefused(truncate, "no file has 9223372036854775808 bytes");
    }

    private void assertRefused(int request, String why) throws InterruptedException {
        Buffer status = client.answer(request, STATUS);
        assertThat(status.getInt()).isEqualTo(5);
        assertThat(status.getString()).isEqualTo(why);
    }

    @Test
    void filesAndDirectoriesTogetherHaveAtMost1024Handles() throws Exception {
        String file = client.open("/f", 2 | 8);
        List<Integer> requests = new ArrayList<>();
        for (int i = 0; i < 1100; i++) {
            requests.add(client.sendPath(OPENDIR, "/"));
        }
        int opened = 0;
        for (int request : requests) {
            opened += client.anyAnswer(request).getInt() == HANDLE ? 1 : 0;
        }
        assertThat(opened).isEqualTo(1023);
        Buffer refused = client.answer(client.sendOpen("/g", 2 | 8), STATUS);
        assertThat(refused.getInt()).isEqualTo(4);
        assertThat(refused.getString()).isEqualTo("more than 1024 files and directories are open");
        assertThat(client.status(client.sendClose(file))).isZero();
        client.open("/g", 2 | 8);
    }

    /// Fifty reads are more than may be on their way at once.
    @Test
    void answersThatCannotBeSentTakeNothingFromThoseThatCan() throws Exception {
        String handle = client.open("/big", 1);
        for (int i = 0; i < 50; i++) {
            client.sendReadAnswered(handle, 255 << 10, _ -> {
                throw new IllegalStateException("the channel is closed");
            });
        }
        client.answer(client.sendRead(handle, 0, 255 << 10), DATA);
    }

    /// Packets of every type, cut and filled with anything: each is answered, or ends the session, and none does
    /// more.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyPacketIsAnswered(long seed) throws Exception {
        var random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            int type = random.nextInt(3) == 0 ? 200 : 3 + random.nextInt(19);
            var rest = new byte[random.nextInt(60)];
            random.nextBytes(rest);
            if (rest.length > 4 && random.nextBoolean()) {
                rest[0] = rest[1] = rest[2] = 0;
                rest[3] = (byte) random.nextInt(rest.length);
            }
            int id = client.send(type, packet -> packet.putRawBytes(rest));
            client.anyAnswer(id);
        }
        assertThatThrownBy(() -> session.handle(new ByteArrayBuffer(new byte[] {OPEN, 0}), _ -> {}))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aSessionThatEndsLetsGoOfEverythingAndPublishesNothing() throws Exception {
        String handle = client.open("/f", 2 | 8);
        client.sendWrite(handle, 0, "hello".getBytes(UTF_8));
        Tree tree = trees.tree();
        session.close();
        await().until(() -> tree.openAt(GridPath.parse("f")).isEmpty());
        assertThat(tree.list(GridPath.ROOT)).containsOnlyKeys("big");
    }
}
