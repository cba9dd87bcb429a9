package org.truckee.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.truckee.integration.ProcessGrid.GATEWAY;
import static org.truckee.integration.ProcessGrid.HELPER;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The helper, the gateway or two storage nodes are killed while a file goes through the helper: it is stored, and
/// what the helper had is not sent to it again.
///
/// `-Dtruckee.helper.kills` says how often, `-Dtruckee.seed` from which seed.
@Tag("processes")
class KilledHelperTest {
    private static final int STORAGE_NODES = 5;
    private static final int BYTES = 6_000_000;
    private static final int RATE = 2_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path folder;

    /// What is killed, and how much of the file has arrived by then.
    private record Kill(List<String> nodes, double arrived) {
        static Kill of(long seed) {
            var random = new Random(seed);
            double arrived = seed % 2 == 0 ? 0.9 : 0.1 + 0.8 * random.nextDouble();
            return switch ((int) (seed % 3)) {
                case 0 ->
                    new Kill(
                            List.of("storage" + (1 + random.nextInt(2)), "storage" + (3 + random.nextInt(3))), arrived);
                case 1 -> new Kill(List.of(HELPER), arrived);
                default -> new Kill(List.of(GATEWAY), arrived);
            };
        }
    }

    private Path file(long seed) throws IOException {
        var bytes = new byte[BYTES];
        new Random(seed).nextBytes(bytes);
        return Files.write(folder.resolve("file" + seed), bytes);
    }

    private static JsonNode json(String status) {
        try {
            return JSON.readTree(status);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /// How much of what is being sent the helper has.
    static long arrived(String status) {
        long most = 0;
        for (JsonNode expansion : json(status).path("expansions")) {
            most = Math.max(most, expansion.path("received").asLong());
        }
        return most;
    }

    private static long receivedInAll(String status) {
        return json(status).path("helperTotals").path("receivedBytes").asLong(-1);
    }

    private static boolean nothingIsClosing(String status) {
        return !status.contains("\"state\":\"closing\"") && !status.contains("\"state\":\"refused\"");
    }

    @Test
    void filesAreStoredWhoeverIsKilledAndWhatArrivedIsNotSentAgain() throws Exception {
        int kills = Integer.getInteger("truckee.helper.kills", 5);
        long first = Long.getLong("truckee.seed", 1);
        try (var grid = ProcessGrid.startWithHelper(folder, STORAGE_NODES, 2, 3, RATE)) {
            for (long seed = first; seed < first + kills; seed++) {
                grid.awaitConnected(STORAGE_NODES, PATIENCE);
                grid.awaitStatus("the helper is there", PATIENCE, KilledHelperTest::hasHelper);
                killDuringUpload(grid, seed, Kill.of(seed));
            }
        }
    }

    static boolean hasHelper(String status) {
        return json(status).path("helpers").path(0).path("connected").asBoolean(false);
    }

    private void killDuringUpload(ProcessGrid grid, long seed, Kill kill) throws Exception {
        Path file = file(seed);
        var sftp = new OpenSshSftp(folder, grid.sftpPort());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> put = threads.submit((Callable<String>) () -> sftp.run("put " + file.getFileName()));
            long least = (long) (kill.arrived() * BYTES);
            String before =
                    grid.awaitStatus(HELPER, "it arrives, seed " + seed, PATIENCE, status -> arrived(status) >= least);
            for (String node : kill.nodes()) {
                grid.kill(node);
            }
            for (String node : kill.nodes()) {
                grid.start(node);
                grid.node(node).awaitReady();
            }
            String said = put.get();
            grid.awaitStatus("all that was closed is stored", PATIENCE, KilledHelperTest::nothingIsClosing);
            expectStored(sftp, file, "seed " + seed + ": " + said);
            long again = sentAgain(grid, kill, before);
            System.out.printf(
                    "kill %d of %s: %d bytes were there, %d more were sent%n",
                    seed, kill.nodes(), arrived(before), again);
            if (kill.arrived() >= 0.9 && kill.nodes().size() == 1) {
                assertThat(again).as("seed " + seed).isLessThanOrEqualTo(BYTES / 10);
            }
        }
    }

    private void expectStored(OpenSshSftp sftp, Path file, String said) throws IOException, InterruptedException {
        Path back = folder.resolve("back");
        Files.deleteIfExists(back);
        said += sftp.run("get " + file.getFileName() + " back");
        assertThat(back).as(said).hasSameBinaryContentAs(file);
    }

    /// A helper that was killed counts anew.
    private static long sentAgain(ProcessGrid grid, Kill kill, String before) throws Exception {
        String after = grid.awaitStatus(HELPER, "it counts", PATIENCE, status -> receivedInAll(status) >= 0);
        return kill.nodes().contains(HELPER) ? receivedInAll(after) : receivedInAll(after) - receivedInAll(before);
    }
}
