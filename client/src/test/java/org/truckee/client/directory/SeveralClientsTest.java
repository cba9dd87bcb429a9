package org.truckee.client.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.client.Grid;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.directory.History.Finished;
import org.truckee.client.directory.History.Outcome;
import org.truckee.client.files.UploadPolicy;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.MemoryGrid;
import org.truckee.client.mutable.KeyPool;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.LeaseSecret;
import org.truckee.protocol.storage.Fault;
import org.truckee.protocol.storage.Fault.Applied;
import org.truckee.protocol.storage.FaultyStorageServer.Call;
import org.truckee.protocol.storage.Schedule;

/// Three clients change one directory at the same time, while requests and answers are lost and servers come and go,
/// for all or for one client. Each is told what became of its changes, and that must be what is there in the end.
class SeveralClientsTest {
    private static final KeyPool KEYS = new KeyPool(4, new SecureRandom());
    private static final int CLIENTS = 3;
    private static final int SERVERS = 5;
    private static final int CHANGES = 25;

    private final AtomicInteger values = new AtomicInteger();
    private final List<Finished> finished = new CopyOnWriteArrayList<>();

    @AfterAll
    static void closeKeys() {
        KEYS.close();
    }

    private static Grid client(KnownServers servers) {
        var policy = new UploadPolicy(new Encoding(2, SERVERS), 3, new ConvergenceSecret(new byte[32]));
        return new Grid(
                servers,
                new LeaseSecret(new byte[32]),
                policy,
                SERVERS,
                KEYS,
                new SecureRandom(),
                InstantSource.system());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void clientsAreToldTheTruth(long seed) throws Exception {
        try (var servers = new MemoryGrid(SERVERS);
                var onlooker = client(servers)) {
            DirectoryCap directory = onlooker.directories().create();
            for (int i = 0; i < SERVERS; i++) {
                servers.faulty(i).inject(new Fault.Drop(Applied.NOT), Schedule.seeded(seed + i, 3));
                servers.faulty(i)
                        .inject(
                                new Fault.Drop(Applied.UNHEARD),
                                Schedule.seeded(seed + 10 + i, 5),
                                Call.READ_TEST_WRITE);
            }
            List<Callable<Void>> work = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                var random = new Random(seed * 100 + i);
                work.add(() -> {
                    change(servers, directory, random);
                    return null;
                });
            }
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var done : threads.invokeAll(work)) {
                    done.get();
                }
            }
            for (int i = 0; i < SERVERS; i++) {
                servers.faulty(i).heal();
            }
            expectTruth(servers, directory);
        }
    }

    private void change(MemoryGrid servers, DirectoryCap directory, Random random) throws Exception {
        Set<GridServer> unreachable = ConcurrentHashMap.newKeySet();
        KnownServers reachable = () -> servers.connected().stream()
                .filter(server -> !unreachable.contains(server))
                .toList();
        try (var client = client(reachable)) {
            for (int i = 0; i < CHANGES; i++) {
                if (random.nextInt(4) == 0) {
                    unreachable.clear();
                    unreachable.add(servers.all().get(random.nextInt(SERVERS)));
                }
                finished.add(make(client, directory, change(random)));
            }
        }
    }

    private ModelChange change(Random random) {
        var kinds =
                List.of(ModelChange.Kind.PUT, ModelChange.Kind.ADD, ModelChange.Kind.REMOVE, ModelChange.Kind.RENAME);
        int number = values.incrementAndGet();
        int name = random.nextInt(3);
        return new ModelChange(
                kinds.get(random.nextInt(kinds.size())),
                "n" + name,
                "n" + (name + 1) % 3,
                "v" + number,
                1000 + number,
                0,
                SERVERS);
    }

    private static Finished make(Grid client, DirectoryCap directory, ModelChange change) {
        try {
            client.directories().change(directory, change);
            return new Finished(change, Outcome.DONE, true, change.replaced());
        } catch (UncommittedChangeException e) {
            return new Finished(change, Outcome.UNKNOWN, true, change.replaced());
        } catch (FileSystemException e) {
            return new Finished(change, Outcome.WITHOUT_EFFECT, false, Set.of());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Whichever two servers are away.
    private void expectTruth(MemoryGrid servers, DirectoryCap directory) throws IOException {
        for (int one = 0; one < SERVERS; one++) {
            for (int other = 0; other < one; other++) {
                servers.takeAway(one);
                servers.takeAway(other);
                try (var reader = client(servers)) {
                    Listing listing = reader.directories().read(directory);
                    assertThat(listing.maybeStale()).isFalse();
                    Set<String> alive = listing.entries().values().stream()
                            .map(entry -> ModelChange.valueOf(entry.child()))
                            .collect(Collectors.toSet());
                    assertThat(History.violations(finished, alive)).isEmpty();
                }
                servers.bringBack(one);
                servers.bringBack(other);
            }
        }
        assertThat(finished).filteredOn(done -> done.outcome() == Outcome.DONE).hasSizeGreaterThan(CHANGES);
    }
}
