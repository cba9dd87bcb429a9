package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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

    private static final int OPEN = 3;
    private static final int CLOSE = 4;
    private static final int READ = 5;
    private static final int WRITE = 6;
    private static final int FSTAT = 8;
    private static final int FSETSTAT = 10;
    private static final int OPENDIR = 11;
    private static final int STAT = 17;
    private static final int RENAME = 18;
    private static final int STATUS = 101;
    private static final int HANDLE = 102;
    private static final int DATA = 103;
    private static final int NAME = 104;
    private static final int ATTRIBUTES = 105;
    private static final int EXTENDED = 200;

    @TempDir
    Path folder;

    private final MemoryGrid servers = new MemoryGrid(5);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<Integer, LinkedBlockingQueue<Buffer>> replies = new ConcurrentHashMap<>();
    private TreeSource trees = SftpSessionTest::noTree;
    private SftpSession session = new SftpSession(trees, CloseRule.GRID, threads, InstantSource.system());
    private int lastId;

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
    }

    @AfterEach
    void end() {
        servers.close();
        session.close();
        threads.close();
    }

    private static Buffer packet(int type, int id) {
        var packet = new ByteArrayBuffer();
        packet.putByte((byte) type);
        packet.putInt(id);
        return packet;
    }

    /// Sends a request; the number is the answer's too.
    private int send(int type, Consumer<Buffer> rest) throws IOException {
        int id = ++lastId;
        Buffer packet = packet(type, id);
        rest.accept(packet);
        session.handle(packet, this::take);
        return id;
    }

    private void take(Buffer reply) {
        reply.rpos(Integer.BYTES);
        int type = reply.getUByte();
        int id = reply.getInt();
        var whole = new ByteArrayBuffer();
        whole.putInt(type);
        whole.putRawBytes(reply.array(), reply.rpos(), reply.available());
        replies(id).add(whole);
    }

    private LinkedBlockingQueue<Buffer> replies(int id) {
        return replies.computeIfAbsent(id, _ -> new LinkedBlockingQueue<>());
    }

    private Buffer anyAnswer(int id) throws InterruptedException {
        Buffer reply = replies(id).poll(20, TimeUnit.SECONDS);
        assertThat(reply).as("an answer to request " + id).isNotNull();
        return reply;
    }

    private Buffer answer(int id, int type) throws InterruptedException {
        Buffer reply = anyAnswer(id);
        assertThat(reply.getInt()).isEqualTo(type);
        return reply;
    }

    private int status(int id) throws InterruptedException {
        return answer(id, STATUS).getInt();
    }

    private String open(String path, int flags) throws IOException, InterruptedException {
        return answer(sendOpen(path, flags), HANDLE).getString();
    }

    private int sendOpen(String path, int flags) throws IOException {
        return send(OPEN, packet -> {
            packet.putString(path, UTF_8);
            packet.putInt(flags);
            packet.putInt(0);
        });
    }

    private int sendPath(int type, String path) throws IOException {
        return send(type, packet -> packet.putString(path, UTF_8));
    }

    private int sendRead(String handle, long offset, int length) throws IOException {
        return send(READ, packet -> {
            packet.putString(handle);
            packet.putLong(offset);
            packet.putInt(length);
        });
    }

    private int sendWrite(String handle, long offset, byte[] data) throws IOException {
        return send(WRITE, packet -> {
            packet.putString(handle);
            packet.putLong(offset);
            packet.putBytes(data);
        });
    }

    private int sendClose(String handle) throws IOException {
        return send(CLOSE, packet -> packet.putString(handle));
    }

    @Test
    void aDirectoryIsListedAfterWhatWasWrittenInItBefore() throws Exception {
        String writer = open("f", 2 | 8);
        var writes = new ArrayList<Integer>();
        for (int i = 0; i < 50; i++) {
            writes.add(sendWrite(writer, i * 1000L, new byte[1000]));
        }
        answer(sendPath(OPENDIR, "/"), HANDLE);
        for (int id : writes) {
            assertThat(replies(id)).as("the answer to a write before").isNotEmpty();
        }
    }

    @Test
    void whatIsWrittenThroughOneHandleAndCutThroughAnotherIsDoneInOrder() throws Exception {
        String writer = open("f", 2 | 8);
        String cutter = open("f", 2);
        var last = new ArrayList<Integer>();
        for (int i = 0; i < 50; i++) {
            last.add(sendWrite(writer, i * 1000L, new byte[1000]));
        }
        int cut = send(FSETSTAT, packet -> {
            packet.putString(cutter);
            packet.putInt(1);
            packet.putLong(7);
        });
        for (int id : last) {
            assertThat(status(id)).isZero();
        }
        assertThat(status(cut)).isZero();
        assertThat(trees.tree().stat(GridPath.parse("f")).bytes()).isEqualTo(7);
    }

    @Test
    void readsThatWaitForTheGridHoldUpNothingElse() throws Exception {
        String handle = open("/big", 1);
        String other = open("/other", 2 | 8);
        for (int i = 0; i < 5; i++) {
            servers.faulty(i).inject(new Fault.Hang(Fault.Applied.NOT), Schedule.always(), Call.READ);
        }
        for (int i = 0; i < 64; i++) {
            sendRead(handle, i * 32768L, 32768);
        }
        answer(send(FSTAT, packet -> packet.putString(handle)), ATTRIBUTES);
        assertThat(status(sendWrite(other, 0, new byte[1000]))).isZero();
        answer(sendPath(STAT, "/other"), ATTRIBUTES);
        heal();
    }

    @Test
    void whatWasWrittenBeforeIsSeenByEverythingAfter() throws Exception {
        String handle = open("/f", 2 | 8);
        var data = new byte[1000];
        List<Integer> writes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            writes.add(sendWrite(handle, i * 1000L, data));
        }
        int stat = sendPath(STAT, "/f");
        int close = sendClose(handle);
        int rename = send(RENAME, packet -> {
            packet.putString("/f");
            packet.putString("/g");
        });
        for (int write : writes) {
            assertThat(status(write)).isZero();
        }
        Buffer attributes = answer(stat, ATTRIBUTES);
        attributes.getInt();
        assertThat(attributes.getLong()).isEqualTo(100_000);
        assertThat(status(close)).isZero();
        assertThat(status(rename)).isZero();
        answer(sendPath(STAT, "/g"), ATTRIBUTES);
        assertThat(status(sendPath(STAT, "/f"))).isEqualTo(2);
    }

    /// As sshfs does it, which does not wait for the handle.
    @Test
    void aFileIsThereForWhatIsSentRightAfterItsCreation() throws Exception {
        for (int i = 0; i < 20; i++) {
            int open = sendOpen("/new" + i, 2 | 8);
            int stat = sendPath(STAT, "/new" + i);
            answer(stat, ATTRIBUTES);
            answer(open, HANDLE);
        }
    }

    @Test
    void aFileThatIsBeingClosedIsReadAtOnce() throws Exception {
        String handle = open("/f", 2 | 8);
        sendWrite(handle, 0, "hello".getBytes(UTF_8));
        for (int i = 0; i < 5; i++) {
            servers.faulty(i).inject(new Fault.Hang(Fault.Applied.NOT), Schedule.always(), Call.READ_TEST_WRITE);
        }
        int close = sendClose(handle);
        String reader = open("/f", 1);
        Buffer data = answer(sendRead(reader, 0, 100), DATA);
        assertThat(data.getString()).isEqualTo("hello");
        assertThat(status(sendRead(reader, 5, 100))).isEqualTo(1);
        assertThat(replies(close)).isEmpty();
        await().until(() -> {
            heal(); // again for a call that was about to hang
            return !replies(close).isEmpty();
        });
        assertThat(status(close)).isZero();
    }

    private void heal() {
        for (int i = 0; i < 5; i++) {
            servers.faulty(i).heal();
            servers.faulty(i).release();
        }
    }

    @Test
    void beforeThereIsATreeEveryOperationSaysWhy() throws Exception {
        session = new SftpSession(SftpSessionTest::noTree, CloseRule.GRID, threads, InstantSource.system());
        for (int request : List.of(sendPath(STAT, "/"), sendPath(OPENDIR, "/"), sendOpen("/f", 2 | 8))) {
            Buffer status = answer(request, STATUS);
            assertThat(status.getInt()).isEqualTo(4);
            assertThat(status.getString()).isEqualTo("3 of 7 servers connected, 3 announced");
        }
    }

    private int sendExtended(String name, Consumer<Buffer> rest) throws IOException {
        return send(EXTENDED, packet -> {
            packet.putString(name);
            rest.accept(packet);
        });
    }

    @Test
    void lsetstatChangesTheModeOfAFile() throws Exception {
        int request = sendExtended("lsetstat@openssh.com", packet -> {
            packet.putString("/big");
            packet.putInt(4); // permissions follow
            packet.putInt(0600);
        });
        assertThat(status(request)).isZero();
        assertThat(trees.tree().stat(GridPath.parse("big")).mode()).isEqualTo(0600);
        int nobody = sendExtended("lsetstat@openssh.com", packet -> {
            packet.putString("/nobody");
            packet.putInt(4);
            packet.putInt(0600);
        });
        assertThat(status(nobody)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"~, /", "~/d/../big, /big", "big, /big", "/~, /~", "~other, /~other"})
    void expandPathTakesTheTildeForTheRoot(String path, String expanded) throws Exception {
        int request = sendExtended("expand-path@openssh.com", packet -> packet.putString(path));
        Buffer names = answer(request, NAME);
        assertThat(names.getInt()).isEqualTo(1);
        assertThat(names.getString()).isEqualTo(expanded);
    }

    @Test
    void aHandleThatIsNotThereIsAnAnswer() throws Exception {
        assertThat(status(sendRead("99", 0, 10))).isEqualTo(5);
        assertThat(status(sendClose("99"))).isEqualTo(5);
        assertThat(status(send(77, _ -> {}))).isEqualTo(8);
    }

    private int sendCopy(String from, long offset, long bytes, String to, long targetOffset) throws IOException {
        return sendExtended("copy-data", packet -> {
            packet.putString(from);
            packet.putLong(offset);
            packet.putLong(bytes);
            packet.putString(to);
            packet.putLong(targetOffset);
        });
    }

    @Test
    void aFileCopiedBehindItsOwnEndIsTwiceAsLong() throws Exception {
        String handle = open("/f", 1 | 2 | 8);
        sendWrite(handle, 0, "hello".getBytes(UTF_8));
        assertThat(status(sendCopy(handle, 0, 0, handle, 5))).isZero();
        assertThat(answer(sendRead(handle, 0, 100), DATA).getString()).isEqualTo("hellohello");
    }

    @Test
    void aFileIsNotCopiedOverTheBytesThatAreCopied() throws Exception {
        String handle = open("/f", 1 | 2 | 8);
        String other = open("/f", 1);
        sendWrite(handle, 0, "hello".getBytes(UTF_8));
        assertThat(status(sendCopy(handle, 0, 3, handle, 2))).isEqualTo(5);
        assertThat(status(sendCopy(other, 2, 0, handle, 0))).isEqualTo(5);
        assertThat(status(sendCopy(other, 3, 0, handle, 0))).isZero();
        assertThat(answer(sendRead(handle, 0, 100), DATA).getString()).isEqualTo("lollo");
    }

    @Test
    void positionsAndSizesThatNoFileHasAreBadMessages() throws Exception {
        String handle = open("/f", 1 | 2 | 8);
        assertRefused(sendCopy(handle, -1, 0, handle, 0), "no file has a byte 18446744073709551615");
        assertRefused(sendCopy(handle, 0, -1, handle, 0), "no file has 18446744073709551615 bytes");
        assertRefused(sendCopy(handle, 0, 0, handle, -1), "no file has a byte 18446744073709551615");
        int truncate = send(FSETSTAT, packet -> {
            packet.putString(handle);
            packet.putInt(1); // a size follows
            packet.putLong(Long.MIN_VALUE);
        });
        assertRefused(truncate, "no file has 9223372036854775808 bytes");
    }

    private void assertRefused(int request, String why) throws InterruptedException {
        Buffer status = answer(request, STATUS);
        assertThat(status.getInt()).isEqualTo(5);
        assertThat(status.getString()).isEqualTo(why);
    }

    @Test
    void filesAndDirectoriesTogetherHaveAtMost1024Handles() throws Exception {
        String file = open("/f", 2 | 8);
        List<Integer> requests = new ArrayList<>();
        for (int i = 0; i < 1100; i++) {
            requests.add(sendPath(OPENDIR, "/"));
        }
        int opened = 0;
        for (int request : requests) {
            opened += anyAnswer(request).getInt() == HANDLE ? 1 : 0;
        }
        assertThat(opened).isEqualTo(1023);
        Buffer refused = answer(sendOpen("/g", 2 | 8), STATUS);
        assertThat(refused.getInt()).isEqualTo(4);
        assertThat(refused.getString()).isEqualTo("more than 1024 files and directories are open");
        assertThat(status(sendClose(file))).isZero();
        open("/g", 2 | 8);
    }

    /// Fifty reads are more than may be on their way at once.
    @Test
    void answersThatCannotBeSentTakeNothingFromThoseThatCan() throws Exception {
        String handle = open("/big", 1);
        for (int i = 0; i < 50; i++) {
            Buffer read = packet(READ, ++lastId);
            read.putString(handle);
            read.putLong(0);
            read.putInt(255 << 10);
            session.handle(read, _ -> {
                throw new IllegalStateException("the channel is closed");
            });
        }
        answer(sendRead(handle, 0, 255 << 10), DATA);
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
            int id = send(type, packet -> packet.putRawBytes(rest));
            anyAnswer(id);
        }
        assertThatThrownBy(() -> session.handle(new ByteArrayBuffer(new byte[] {OPEN, 0}), this::take))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aSessionThatEndsLetsGoOfEverythingAndPublishesNothing() throws Exception {
        String handle = open("/f", 2 | 8);
        sendWrite(handle, 0, "hello".getBytes(UTF_8));
        Tree tree = trees.tree();
        session.close();
        while (tree.openAt(GridPath.parse("f")).isPresent()) {
            Thread.onSpinWait();
        }
        assertThat(tree.list(GridPath.ROOT)).containsOnlyKeys("big");
    }
}
