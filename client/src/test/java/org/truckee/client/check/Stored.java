package org.truckee.client.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.truckee.client.Grid;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.cap.MutableFormat;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.directory.Child;
import org.truckee.client.directory.Entry;
import org.truckee.client.directory.Metadata;
import org.truckee.client.files.UploadPolicy;
import org.truckee.client.grid.MemoryGrid;
import org.truckee.client.immutable.Plaintext;
import org.truckee.client.mutable.KeyPool;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.storage.ShareKind;
import org.truckee.protocol.storage.TestAndWrite;

/// Something stored on servers in memory, to be damaged and looked at.
record Stored(MemoryGrid servers, Grid grid, ShareKind kind, StorageIndex storageIndex, Cap cap) {
    static final int SIZE = 1_200_000; // two segments of an immutable file

    static byte[] contents(long seed) {
        var contents = new byte[SIZE];
        new Random(seed).nextBytes(contents);
        return contents;
    }

    /// A client of servers in memory, whose directories have up to five copies.
    static Grid grid(MemoryGrid servers, Encoding encoding, int happy, KeyPool keys, InstantSource clock) {
        return new Grid(
                servers,
                new LeaseSecret(new byte[32]),
                new UploadPolicy(encoding, happy, new ConvergenceSecret(new byte[32])),
                5,
                keys,
                new SecureRandom(),
                clock);
    }

    static Stored nothing(MemoryGrid servers, Grid grid) {
        return new Stored(
                servers, grid, ShareKind.MUTABLE, new StorageIndex(new byte[16]), new LiteralCap(new byte[0]));
    }

    static Stored immutable(MemoryGrid servers, Grid grid) throws IOException {
        var cap = (ChkReadCap) grid.immutableFiles().upload(Plaintext.of(contents(1)));
        return new Stored(servers, grid, ShareKind.IMMUTABLE, cap.key().storageIndex(), cap);
    }

    static Stored mutable(MemoryGrid servers, Grid grid, MutableFormat format) throws IOException {
        MutableWriteCap cap = grid.mutableFiles().create(contents(1), format, new Encoding(3, 10));
        return new Stored(
                servers, grid, ShareKind.MUTABLE, cap.readOnly().readKey().storageIndex(), cap);
    }

    static Stored directory(MemoryGrid servers, Grid grid) throws IOException {
        DirectoryCap cap = grid.directories().create();
        var file = (MutableWriteCap) cap.file();
        return new Stored(
                servers, grid, ShareKind.MUTABLE, file.readOnly().readKey().storageIndex(), cap);
    }

    /// Who has a share; there must be somebody.
    int holder(int share) {
        for (int server = 0; server < servers.servers().size(); server++) {
            if (has(server, share)) {
                return server;
            }
        }
        throw new AssertionError("nobody has share " + share);
    }

    boolean has(int server, int share) {
        return bytes(server, share).length > 0;
    }

    byte[] bytes(int server, int share) {
        return servers.server(server).share(kind, storageIndex, share);
    }

    void set(int server, int share, byte[] bytes) {
        servers.server(server).setShare(kind, storageIndex, share, bytes);
    }

    /// Writes a share as any client with the write capability can.
    void write(int server, int share, byte[] bytes) {
        var file = (MutableWriteCap) ((DirectoryCap) cap).file();
        var tubId = servers.all().get(server).tubId();
        var change = new TestAndWrite(
                List.of(), List.of(new TestAndWrite.Write(0, ByteBuffer.wrap(bytes))), OptionalLong.of(bytes.length));
        servers.server(server)
                .readTestWrite(
                        storageIndex,
                        file.writeKey().writeEnabler(tubId),
                        new LeaseSecret(new byte[32]).leaseSecrets(storageIndex, tubId),
                        Map.of(share, change),
                        List.of());
    }

    void remove(int share) {
        set(holder(share), share, new byte[0]);
    }

    void flip(int share, int at) {
        int server = holder(share);
        byte[] bytes = bytes(server, share).clone();
        bytes[at < 0 ? bytes.length + at : at] ^= 4;
        set(server, share, bytes);
    }

    /// A number that stands in a share.
    int number(int share, int at, int bytes) {
        var buffer = ByteBuffer.wrap(bytes(holder(share), share));
        return bytes == Long.BYTES ? (int) buffer.getLong(at) : buffer.getInt(at);
    }

    /// All shares of a server.
    Map<Integer, byte[]> all(int server) {
        var all = new TreeMap<Integer, byte[]>();
        for (int share = 0; share < 10; share++) {
            if (has(server, share)) {
                all.put(share, bytes(server, share));
            }
        }
        return all;
    }

    byte[] read() throws IOException {
        return switch (cap) {
            case ChkReadCap file -> grid.immutableFiles().read(file);
            case MutableWriteCap file -> grid.mutableFiles().read(file.readOnly());
            default -> throw new AssertionError("no file");
        };
    }

    void change(byte[] contents) throws IOException {
        grid.mutableFiles().modify((MutableWriteCap) cap, _ -> contents);
    }

    /// Gives a name in a directory to something.
    void link(String name) throws IOException {
        link(name, new LiteralCap(new byte[] {1}));
    }

    void link(String name, Cap child) throws IOException {
        grid.directories()
                .change((DirectoryCap) cap, names -> names.put(new Entry(name, Child.of(child), Metadata.empty())));
    }
}
