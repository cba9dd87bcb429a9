package org.truckee.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.client.Grid;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.check.CareReport;
import org.truckee.client.check.Caretaker;
import org.truckee.client.check.Repairing;
import org.truckee.client.directory.Child;
import org.truckee.client.directory.Entry;
import org.truckee.client.directory.Metadata;
import org.truckee.client.files.UploadPolicy;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.Line;
import org.truckee.client.immutable.ReducedUploads;
import org.truckee.client.mutable.KeyPool;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.Hash;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.ReadKey;
import org.truckee.crypto.TubId;
import org.truckee.protocol.Resources;
import org.truckee.protocol.introducer.ServerId;

/// How much memory a gateway needs that looks after a million files in a thousand directories: it does so in a
/// process with a small heap, over three nodes on this disk, which have the directories, and of the files nothing.
/// Prints, and fails if the heap is too small. Only where it is asked for:
///
/// ```
/// ./mvnw verify -pl integration-tests -am -Dtest=MillionFilesRun -Dsurefire.failIfNoSpecifiedTests=false \
///     -Dby.hand=true
/// ```
@EnabledIfSystemProperty(named = "by.hand", matches = "true")
class MillionFilesRun {
    private static final int DIRECTORIES = Integer.getInteger("truckee.directories", 1000);
    private static final int FILES_EACH = 1000;
    private static final int NODES = 3;
    private static final String HEAP = "-Xmx128m";

    @TempDir
    Path folder;

    private static Grid grid(List<GridServer> servers, Resources resources) {
        return resources.add(new Grid(
                () -> servers,
                new LeaseSecret(new byte[32]),
                new UploadPolicy(new Encoding(2, NODES), 2, new ConvergenceSecret(new byte[32])),
                NODES,
                resources.add(new KeyPool(2, new SecureRandom())),
                new SecureRandom(),
                InstantSource.system()));
    }

    private static List<GridServer> nodes(Path folder, Resources resources) throws IOException {
        var line = resources.add(new Line());
        List<GridServer> servers = new ArrayList<>();
        for (int number = 0; number < NODES; number++) {
            Path node = folder.resolve("node" + number);
            var id = new byte[TubId.BYTES];
            id[0] = (byte) number;
            var options =
                    StorageOptions.unlimited(node.resolve("storage"), node.resolve("storage.marker"), new TubId(id));
            var server = resources.add(DiskStorageServer.open(options, InstantSource.system(), System::nanoTime));
            servers.add(new GridServer(
                    new ServerId("node-" + number), "node " + number, new TubId(id), new byte[] {id[0]}, server, line));
        }
        return servers;
    }

    @Test
    void measure() throws Exception {
        String root;
        try (var resources = new Resources()) {
            root = plant(grid(nodes(folder, resources), resources)).uri();
        }
        Process walk = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        HEAP,
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Walk.class.getName(),
                        folder.toString(),
                        root)
                .inheritIO()
                .start();
        assertThat(walk.waitFor()).isZero();
    }

    private static DirectoryCap plant(Grid grid) throws IOException {
        var random = new SecureRandom();
        DirectoryCap root = grid.directories().create();
        for (int number = 0; number < DIRECTORIES; number++) {
            DirectoryCap directory = grid.directories().create();
            grid.directories().change(directory, names -> {
                for (int file = 0; file < FILES_EACH; file++) {
                    names.put(entry("file " + file, file(random)));
                }
            });
            String name = "directory " + number;
            grid.directories().change(root, names -> names.put(entry(name, directory)));
        }
        return root;
    }

    private static Entry entry(String name, Cap cap) {
        return new Entry(name, Child.of(cap), Metadata.empty());
    }

    private static ChkReadCap file(SecureRandom random) {
        var key = new byte[ReadKey.BYTES];
        random.nextBytes(key);
        return new ChkReadCap(new ReadKey(key), new Hash(new byte[32]), new Encoding(2, NODES), 2000);
    }

    /// The process that is measured.
    static final class Walk {
        private Walk() {}

        public static void main(String... arguments) throws IOException {
            Path folder = Path.of(arguments[0]);
            var root = (DirectoryCap) Cap.parse(arguments[1]);
            try (var resources = new Resources()) {
                List<GridServer> servers = nodes(folder, resources);
                Grid grid = grid(servers, resources);
                var caretaker = resources.add(new Caretaker(
                        grid.directories(),
                        grid.checker(),
                        new OneTree(root, servers, new ReducedUploads()),
                        new Caretaker.Options(Repairing.AUTO, Duration.ZERO, Duration.ZERO),
                        folder.resolve("care.json"),
                        InstantSource.system()));
                long start = System.nanoTime();
                caretaker.tend();
                tell(caretaker.report(), System.nanoTime() - start);
            }
        }

        private static void tell(CareReport report, long nanos) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            System.out.printf(
                    "%,d files and %,d directories with %s in %d s, three quarters of it rest; %.1f MB are in use%n",
                    report.found().files(),
                    report.found().directories(),
                    HEAP,
                    nanos / 1_000_000_000,
                    (runtime.totalMemory() - runtime.freeMemory()) / 1e6);
        }
    }
}
