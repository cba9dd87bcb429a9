package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/// A client that sends packets to a session, and has their answers by the numbers of the requests.
final class PacketClient {
    static final int OPEN = 3;
    static final int CLOSE = 4;
    static final int READ = 5;
    static final int WRITE = 6;
    static final int FSTAT = 8;
    static final int FSETSTAT = 10;
    static final int OPENDIR = 11;
    static final int STAT = 17;
    static final int RENAME = 18;
    static final int STATUS = 101;
    static final int HANDLE = 102;
    static final int DATA = 103;
    static final int NAME = 104;
    static final int ATTRIBUTES = 105;
    static final int EXTENDED = 200;

    private final SftpSession session;
    private final Map<Integer, LinkedBlockingQueue<Buffer>> replies = new ConcurrentHashMap<>();
    private int lastId;

    PacketClient(SftpSession session) {
        this.session = session;
    }

    private static Buffer packet(int type, int id) {
        var packet = new ByteArrayBuffer();
        packet.putByte((byte) type);
        packet.putInt(id);
        return packet;
    }

    /// Sends a request; the number is the answer's too.
    int send(int type, Consumer<Buffer> rest) throws IOException {
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

    LinkedBlockingQueue<Buffer> replies(int id) {
        return replies.computeIfAbsent(id, _ -> new LinkedBlockingQueue<>());
    }

    Buffer anyAnswer(int id) throws InterruptedException {
        Buffer reply = replies(id).poll(20, TimeUnit.SECONDS);
        assertThat(reply).as("an answer to request " + id).isNotNull();
        return reply;
    }

    Buffer answer(int id, int type) throws InterruptedException {
        Buffer reply = anyAnswer(id);
        assertThat(reply.getInt()).isEqualTo(type);
        return reply;
    }

    int status(int id) throws InterruptedException {
        return answer(id, STATUS).getInt();
    }

    String open(String path, int flags) throws IOException, InterruptedException {
        return answer(sendOpen(path, flags), HANDLE).getString();
    }

    int sendOpen(String path, int flags) throws IOException {
        return send(OPEN, packet -> {
            packet.putString(path, UTF_8);
            packet.putInt(flags);
            packet.putInt(0);
        });
    }

    int sendPath(int type, String path) throws IOException {
        return send(type, packet -> packet.putString(path, UTF_8));
    }

    int sendRead(String handle, long offset, int length) throws IOException {
        return send(READ, packet -> {
            packet.putString(handle);
            packet.putLong(offset);
            packet.putInt(length);
        });
    }

    int sendWrite(String handle, long offset, byte[] data) throws IOException {
        return send(WRITE, packet -> {
            packet.putString(handle);
            packet.putLong(offset);
            packet.putBytes(data);
        });
    }

    int sendClose(String handle) throws IOException {
        return send(CLOSE, packet -> packet.putString(handle));
    }

    int sendExtended(String name, Consumer<Buffer> rest) throws IOException {
        return send(EXTENDED, packet -> {
            packet.putString(name);
            rest.accept(packet);
        });
    }

    int sendCopy(String from, long offset, long bytes, String to, long targetOffset) throws IOException {
        return sendExtended("copy-data", packet -> {
            packet.putString(from);
            packet.putLong(offset);
            packet.putLong(bytes);
            packet.putString(to);
            packet.putLong(targetOffset);
        });
    }

    /// A read at the beginning of a file, whose answer goes to `answers`.
    void sendReadAnswered(String handle, int length, SftpSession.Answers answers) throws IOException {
        Buffer read = packet(READ, ++lastId);
        read.putString(handle);
        read.putLong(0);
        read.putInt(length);
        session.handle(read, answers);
    }
}
