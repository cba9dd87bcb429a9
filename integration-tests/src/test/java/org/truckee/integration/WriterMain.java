package org.truckee.integration;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.truckee.client.Grid;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.directory.UncommittedChangeException;
import org.truckee.client.files.GridFiles;
import org.truckee.client.files.GridPath;
import org.truckee.client.files.LinkRule;
import org.truckee.client.files.UploadPolicy;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.Line;
import org.truckee.client.immutable.Plaintext;
import org.truckee.client.mutable.KeyPool;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.Furl;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.NodeCertificate;
import org.truckee.protocol.http.HttpsClient;
import org.truckee.protocol.http.Tls;
import org.truckee.protocol.introducer.ServerId;
import org.truckee.protocol.storage.Fault;
import org.truckee.protocol.storage.Fault.Applied;
import org.truckee.protocol.storage.FaultyStorageServer;
import org.truckee.protocol.storage.FaultyStorageServer.Call;
import org.truckee.protocol.storage.HttpStorageClient;
import org.truckee.protocol.storage.Schedule;
import org.truckee.protocol.storage.StorageServer;

/// A process that adds names to a directory, one after the other, and says of each when it was told that it is there.
/// Some of its requests and of the answers to it are lost, by a seed.
///
/// ```
/// FOLDER WRITER NAMES SEED UNREACHABLE     FOLDER/furls: the servers, FOLDER/directory: the capability
/// ```
final class WriterMain {
    private static final int LOST_REQUESTS_PERCENT = 2;
    private static final int LOST_ANSWERS_PERCENT = 5;

    private WriterMain() {}

    public static void main(String... arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        String writer = arguments[1];
        int names = Integer.parseInt(arguments[2]);
        long seed = Long.parseLong(arguments[3]);
        int unreachable = Integer.parseInt(arguments[4]);
        var loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        try (var line = new Line();
                var keys = new KeyPool(1, new SecureRandom())) {
            List<GridServer> servers = servers(folder, loops, line, seed + writer.hashCode());
            if (unreachable >= 0) {
                servers.remove(unreachable);
            }
            try (var grid = grid(servers, keys)) {
                var directory = (DirectoryCap) Cap.parse(Files.readString(folder.resolve("directory")));
                add(grid.files(directory), writer, names);
            }
        }
        System.exit(0); // whatever the event loops still wait for
    }

    private static void add(GridFiles files, String writer, int names) throws IOException {
        for (int i = 0; i < names; i++) {
            GridPath path = GridPath.parse("/" + writer + "-" + i);
            var file = files.upload(Plaintext.of(path.toString().getBytes(UTF_8)));
            LinkRule rule = i % 2 == 0 ? LinkRule.IF_ABSENT : LinkRule.REPLACE;
            for (boolean added = false; !added; ) {
                try {
                    files.link(path, file, FileMetadata.NONE, rule);
                    added = true;
                } catch (UncommittedChangeException e) {
                    rule = LinkRule.REPLACE; // it may be there
                }
            }
            System.out.println("added " + path.name());
        }
    }

    static Grid grid(List<GridServer> servers, KeyPool keys) {
        var policy = new UploadPolicy(new Encoding(2, 5), 3, new ConvergenceSecret(new byte[32]));
        return new Grid(
                () -> servers,
                new LeaseSecret(new byte[32]),
                policy,
                5,
                keys,
                new SecureRandom(),
                InstantSource.system());
    }

    private static StorageServer lossy(StorageServer storage, long seed, int number) {
        var faulty = new FaultyStorageServer(storage);
        faulty.inject(new Fault.Drop(Applied.NOT), Schedule.seeded(seed * 31 + number, LOST_REQUESTS_PERCENT));
        faulty.inject(
                new Fault.Drop(Applied.UNHEARD),
                Schedule.seeded(seed * 37 + number, LOST_ANSWERS_PERCENT),
                Call.READ_TEST_WRITE);
        return faulty;
    }

    /// The servers at the addresses in `folder`; with a seed other than 0, what is asked of them is lost now and
    /// then.
    static List<GridServer> servers(Path folder, EventLoopGroup loops, Line line, long seed) throws IOException {
        List<GridServer> servers = new ArrayList<>();
        for (String address : Files.readAllLines(folder.resolve("furls"))) {
            Furl furl = Furl.parse(address);
            var client = new HttpsClient(
                    loops,
                    furl.locations().getFirst(),
                    Tls.client(shown -> NodeCertificate.tubId(shown).equals(furl.tubId())));
            StorageServer storage = new HttpStorageClient(client, furl.swissnum());
            int number = servers.size();
            servers.add(new GridServer(
                    new ServerId("server-" + number),
                    "server " + number,
                    furl.tubId(),
                    new byte[] {(byte) number},
                    seed == 0 ? storage : lossy(storage, seed, number),
                    line));
        }
        return servers;
    }
}
