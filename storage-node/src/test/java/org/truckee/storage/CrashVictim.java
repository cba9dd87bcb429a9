package org.truckee.storage;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.storage.ReadTestWriteAnswer;
import org.truckee.protocol.storage.ShareKind;
import org.truckee.protocol.storage.StorageServer;
import org.truckee.protocol.storage.WriteAnswer;

/// A process that writes shares until it is killed, and says on standard output what it tries and what was answered:
/// `try SLOT VERSION`, `changed SLOT VERSION`, `complete INDEX`, `leased INDEX`.
final class CrashVictim {
    static final int SLOTS = 4;
    static final Set<Integer> SHARES = Set.of(0, 1, 2);
    static final LeaseSecrets SECOND_LEASE = new LeaseSecrets(StorageFolder.bytes(7, 32), StorageFolder.bytes(8, 32));

    /// Immutable shares are those of storage indexes from here on.
    static final int FIRST_IMMUTABLE = 1000;

    private final StorageServer server;
    private final PrintStream out;
    private final long seed;
    private final List<Integer> complete = new ArrayList<>();

    private CrashVictim(StorageServer server, PrintStream out, long seed) {
        this.server = server;
        this.out = out;
        this.seed = seed;
    }

    /// Works until it is killed.
    ///
    /// @param arguments the node's directory, a seed, the first immutable storage index to use
    public static void main(String[] arguments) throws Exception {
        var folder = new StorageFolder(Path.of(arguments[0]));
        var victim = new CrashVictim(folder.open(), System.out, Long.parseLong(arguments[1]));
        int first = Integer.parseInt(arguments[2]);
        System.out.println("open");
        for (int slot = 0; slot < SLOTS; slot++) {
            int mine = slot;
            Thread.ofPlatform().start(() -> victim.forEver(() -> victim.change(mine)));
        }
        Thread.ofPlatform().start(() -> victim.uploads(first));
        Thread.ofPlatform().start(() -> victim.forEver(victim::lease));
    }

    /// Contents of a version: its number, then bytes that follow from it.
    static byte[] version(long number) {
        byte[] bytes = StorageFolder.bytes(number, Long.BYTES + (int) (number * 7919 % 20_000));
        ByteBuffer.wrap(bytes).putLong(number);
        return bytes;
    }

    static byte[] immutable(int index) {
        return StorageFolder.bytes(index, 1 + (int) (index * 7919L % 300_000));
    }

    private interface Step {
        void run() throws IOException;
    }

    private void forEver(Step step) {
        try {
            while (true) {
                step.run();
            }
        } catch (IOException e) {
            say("failed " + e);
        }
    }

    private synchronized void say(String line) {
        out.println(line);
        out.flush();
    }

    private void change(int slot) throws IOException {
        long next = current(slot) + 1;
        say("try " + slot + " " + next);
        var answer = StorageFolder.overwrite(server, StorageFolder.index(slot), SHARES, version(next));
        if (answer instanceof ReadTestWriteAnswer.Tested tested && tested.written()) {
            say("changed " + slot + " " + next);
        }
    }

    private long current(int slot) throws IOException {
        return server.list(ShareKind.MUTABLE, StorageFolder.index(slot)).isEmpty()
                ? 0
                : ByteBuffer.wrap(StorageFolder.get(server, StorageFolder.index(slot), 0))
                        .getLong();
    }

    private void uploads(int first) {
        var random = new Random(seed);
        try {
            for (int index = first; ; index++) {
                upload(index, random);
                synchronized (complete) {
                    complete.add(index);
                }
                say("complete " + index);
            }
        } catch (IOException e) {
            say("failed " + e);
        }
    }

    private void upload(int index, Random random) throws IOException {
        byte[] bytes = immutable(index);
        var storageIndex = StorageFolder.index(index);
        server.allocate(storageIndex, SHARES, bytes.length, StorageFolder.UPLOAD, StorageFolder.LEASE);
        for (int share : SHARES) {
            for (int at = 0; at < bytes.length; ) {
                int length = Math.min(bytes.length - at, 1 + random.nextInt(100_000));
                WriteAnswer answer = server.write(
                        storageIndex,
                        share,
                        StorageFolder.UPLOAD,
                        at,
                        ByteStream.of(ByteBuffer.wrap(bytes, at, length)));
                if (!(answer instanceof WriteAnswer.Written)) {
                    throw new IOException("write to " + index + " gave " + answer);
                }
                at += length;
            }
        }
    }

    private void lease() throws IOException {
        int index;
        synchronized (complete) {
            if (complete.isEmpty()) {
                return;
            }
            index = complete.removeLast();
        }
        if (!server.renewLease(StorageFolder.index(index), SECOND_LEASE)) {
            throw new IOException("no shares of " + index);
        }
        say("leased " + index);
    }
}
