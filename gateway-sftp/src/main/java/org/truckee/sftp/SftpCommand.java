package org.truckee.sftp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;
import org.apache.sshd.common.channel.BufferedIoOutputStream;
import org.apache.sshd.common.io.IoInputStream;
import org.apache.sshd.common.io.IoOutputStream;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelDataReceiver;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.AsyncCommand;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries an [SftpSession] over an SSH channel: cuts what arrives into packets (length (4), type (1), ...), and lets
/// the client send on only as its requests are answered, so that neither requests nor replies pile up.
final class SftpCommand implements AsyncCommand, ChannelDataReceiver {
    private static final Logger LOG = LoggerFactory.getLogger(SftpCommand.class);
    /// What OpenSSH's client sends at most, with room for what stands around data.
    private static final int MAX_PACKET_BYTES = SftpPackets.MAX_PACKET_BYTES + (1 << 10);

    /// Requests that may be under way at once; further ones wait in the channel's window. Clients ask for 64 pieces
    /// of a file at once, and something else must be able to pass them.
    private static final int MAX_RUNNING = 512;

    /// After so long it is asked whether there is still somebody to answer.
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final SftpSession session;
    private final ChannelSession channel;
    private @Nullable BufferedIoOutputStream out;
    private @Nullable ExitCallback exit;

    /// This and what follows is guarded by the command's monitor.
    private final ByteArrayBuffer received = new ByteArrayBuffer();

    private int running;
    private boolean ended;

    SftpCommand(SftpSession session, ChannelSession channel) {
        this.session = session;
        this.channel = channel;
        channel.setDataReceiver(this);
    }

    @Override
    public void start(ChannelSession started, Environment environment) {
        // requests arrive through data()
    }

    @Override
    public int data(ChannelSession from, byte[] bytes, int start, int length) throws IOException {
        synchronized (this) {
            received.compact();
            received.putRawBytes(bytes, start, length);
        }
        startWhatCan();
        return 0;
    }

    /// Hands packets to the session in the order of their arrival; it does no more than queue them.
    private synchronized void startWhatCan() throws IOException {
        for (Buffer packet = next(); packet != null; packet = next()) {
            int bytes = packet.available() + Integer.BYTES;
            session.handle(packet, reply -> send(reply, bytes));
        }
    }

    private @Nullable Buffer next() throws IOException {
        if (running >= MAX_RUNNING || received.available() < Integer.BYTES) {
            return null;
        }
        int at = received.rpos();
        int length = received.getInt();
        if (length < 1 || length > MAX_PACKET_BYTES) {
            throw new IOException("an SFTP packet cannot have " + length + " bytes");
        }
        if (received.available() < length) {
            received.rpos(at);
            return null;
        }
        running++;
        var packet = new byte[length];
        received.getRawBytes(packet);
        return new ByteArrayBuffer(packet);
    }

    /// Sends a reply, whose first four bytes are left for its length, and makes room for `requestBytes` more.
    private void send(Buffer reply, int requestBytes) {
        int end = reply.wpos();
        reply.wpos(0);
        reply.putInt(end - Integer.BYTES);
        reply.wpos(end);
        try {
            deliver(reply);
        } catch (IOException e) {
            LOG.atDebug()
                    .addKeyValue("why", Printable.sentence(String.valueOf(e.getMessage())))
                    .log("a reply was not delivered, so the session ends");
            channel.close(true);
        }
        answered(requestBytes);
    }

    /// Returns when it is on its way. What was being written when a connection was lost may never be told to have
    /// failed, so that is looked for.
    private void deliver(Buffer reply) throws IOException {
        checkConnection();
        IoWriteFuture written = Objects.requireNonNull(out).writeBuffer(reply);
        while (!written.await(LOOK_AGAIN)) {
            checkConnection();
        }
        written.verify();
    }

    private void checkConnection() throws IOException {
        if (!channel.isOpen()) {
            throw new IOException("the connection is lost");
        }
    }

    private void answered(int requestBytes) {
        boolean over;
        synchronized (this) {
            running--;
            over = ended && running == 0;
        }
        try {
            if (over) {
                leave();
            } else if (channel.isOpen()) {
                channel.getLocalWindow().release(requestBytes);
                startWhatCan();
            }
        } catch (IOException e) {
            LOG.atDebug()
                    .addKeyValue("why", Printable.sentence(String.valueOf(e.getMessage())))
                    .log("a session was dropped");
            channel.close(true);
        }
    }

    /// The client sends nothing more; what it asked for is answered first.
    @Override
    public void close() {
        boolean over;
        synchronized (this) {
            over = !ended && running == 0;
            ended = true;
        }
        if (over) {
            leave();
        }
    }

    private void leave() {
        session.close();
        Objects.requireNonNull(exit).onExit(0);
    }

    @Override
    public void destroy(ChannelSession destroyed) {
        session.close();
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
        exit = callback;
    }

    @Override
    public void setIoOutputStream(IoOutputStream stream) {
        out = new BufferedIoOutputStream("sftp", channel.getChannelId(), stream, channel);
    }

    @Override
    public void setIoErrorStream(IoOutputStream stream) {
        // nothing is said there
    }

    @Override
    public void setIoInputStream(IoInputStream stream) {
        // requests arrive through data()
    }

    @Override
    public void setInputStream(InputStream stream) {
        // requests arrive through data()
    }

    @Override
    public void setOutputStream(OutputStream stream) {
        // replies go to the asynchronous stream
    }

    @Override
    public void setErrorStream(OutputStream stream) {
        // nothing is said there
    }
}
