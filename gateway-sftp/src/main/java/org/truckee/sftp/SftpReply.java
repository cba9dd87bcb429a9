package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Map;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.truckee.client.files.FileStatus;

/// Writes packets: what a client is told.
///
/// ```
/// length (4)  type (1)  number (4) of the request  what the type says
/// ```
///
/// The length is filled in when the packet is sent.
final class SftpReply {
    static final String POSIX_RENAME = "posix-rename@openssh.com";
    static final String HARDLINK = "hardlink@openssh.com";
    static final String FSYNC = "fsync@openssh.com";
    static final String STATVFS = "statvfs@openssh.com";
    static final String FSTATVFS = "fstatvfs@openssh.com";
    static final String LSETSTAT = "lsetstat@openssh.com";
    static final String LIMITS = "limits@openssh.com";
    static final String EXPAND_PATH = "expand-path@openssh.com";
    static final String COPY_DATA = "copy-data";

    /// Name and version of each.
    private static final Map<String, String> EXTENSIONS = Map.of(
            POSIX_RENAME, "1",
            HARDLINK, "1",
            FSYNC, "1",
            STATVFS, "2",
            FSTATVFS, "2",
            LSETSTAT, "1",
            LIMITS, "1",
            EXPAND_PATH, "1",
            COPY_DATA, "1");

    private static final int VERSION = 2;
    private static final int STATUS = 101;
    private static final int HANDLE = 102;
    private static final int DATA = 103;
    private static final int NAME = 104;
    private static final int ATTRIBUTES = 105;
    private static final int EXTENDED = 201;

    /// Type, number and length of data.
    private static final int DATA_AT = Integer.BYTES + 1 + Integer.BYTES + Integer.BYTES; // 13

    private static final int BLOCK_BYTES = 4096;
    private static final int MAX_NAME_BYTES = 255;
    private static final int READ_ONLY_VOLUME = 1;
    private static final int NO_SETUID_VOLUME = 2;

    private SftpReply() {}

    static Buffer version() {
        Buffer reply = start(VERSION, SftpPackets.VERSION);
        EXTENSIONS.forEach((name, version) -> {
            reply.putString(name);
            reply.putString(version);
        });
        return reply;
    }

    static Buffer status(int id, SftpStatus status) {
        Buffer reply = start(STATUS, id);
        reply.putInt(status.code());
        reply.putString(status.message(), UTF_8);
        reply.putString("en");
        return reply;
    }

    static Buffer handle(int id, String handle) {
        Buffer reply = start(HANDLE, id);
        reply.putString(handle);
        return reply;
    }

    /// A packet for up to `bytes` bytes of data, to be filled from [#DATA_AT] on and finished by [#data].
    static byte[] roomForData(int bytes) {
        return new byte[DATA_AT + bytes];
    }

    /// Where data begins in a packet for it.
    static int dataAt() {
        return DATA_AT;
    }

    static Buffer data(int id, byte[] packet, int bytes) {
        var reply = new ByteArrayBuffer(packet, 0, DATA_AT + bytes, true);
        reply.wpos(Integer.BYTES);
        reply.putByte((byte) DATA);
        reply.putInt(id);
        reply.putInt(bytes);
        reply.wpos(DATA_AT + bytes);
        return reply;
    }

    static Buffer names(int id, Map<String, FileStatus> names, Instant now) {
        Buffer reply = start(NAME, id);
        reply.putInt(names.size());
        names.forEach((name, status) -> {
            reply.putString(name, UTF_8);
            reply.putString(ListLine.of(name, status, now), UTF_8);
            SftpAttributes.write(reply, status);
        });
        return reply;
    }

    /// One name, of which nothing is said.
    static Buffer path(int id, String path) {
        Buffer reply = start(NAME, id);
        reply.putInt(1);
        reply.putString(path, UTF_8);
        reply.putString(path, UTF_8);
        reply.putInt(0);
        return reply;
    }

    static Buffer attributes(int id, FileStatus status) {
        Buffer reply = start(ATTRIBUTES, id);
        SftpAttributes.write(reply, status);
        return reply;
    }

    /// Figures as of statvfs(3): block size twice, blocks (all, free, free for users), the same for inodes, volume,
    /// flags, longest name.
    static Buffer space(int id, long totalBytes, long freeBytes, boolean readOnly) {
        Buffer reply = start(EXTENDED, id);
        reply.putLong(BLOCK_BYTES);
        reply.putLong(BLOCK_BYTES);
        reply.putLong(totalBytes / BLOCK_BYTES);
        reply.putLong(freeBytes / BLOCK_BYTES);
        reply.putLong(freeBytes / BLOCK_BYTES);
        // as many files as there are blocks: there is no other limit
        reply.putLong(totalBytes / BLOCK_BYTES);
        reply.putLong(freeBytes / BLOCK_BYTES);
        reply.putLong(freeBytes / BLOCK_BYTES);
        reply.putLong(0);
        reply.putLong(NO_SETUID_VOLUME | (readOnly ? READ_ONLY_VOLUME : 0));
        reply.putLong(MAX_NAME_BYTES);
        return reply;
    }

    static Buffer limits(int id, int maxHandles) {
        Buffer reply = start(EXTENDED, id);
        reply.putLong(SftpPackets.MAX_PACKET_BYTES);
        reply.putLong(SftpPackets.MAX_DATA_BYTES);
        reply.putLong(SftpPackets.MAX_DATA_BYTES);
        reply.putLong(maxHandles);
        return reply;
    }

    private static Buffer start(int type, int id) {
        var reply = new ByteArrayBuffer();
        reply.putInt(0);
        reply.putByte((byte) type);
        reply.putInt(id);
        return reply;
    }
}
