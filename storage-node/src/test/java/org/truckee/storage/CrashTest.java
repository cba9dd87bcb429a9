package org.truckee.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.protocol.storage.ShareKind;

/// Processes are killed in the middle of what they do, one after the other on the same folder. `-Dtruckee.kills=1000`
/// kills more often, `-Dtruckee.seed=2` at other moments.
class CrashTest {
    private static final int KILLS = Integer.getInteger("truckee.kills", 10);
    private static final long SEED = Long.getLong("truckee.seed", 1);
    private static final int MOST_LINES = 60;
    private static final int MOST_MILLIS = 30;
    private static final int MANY = 100_000;

    @TempDir
    Path node;

    /// What was answered, and what was tried at last.
    private final Map<Integer, Long> changed = new HashMap<>();

    private final Map<Integer, Long> tried = new HashMap<>();
    private final Set<Integer> complete = new HashSet<>();
    private final Set<Integer> leased = new HashSet<>();

    @Test
    @Timeout(value = 3, unit = TimeUnit.HOURS)
    void whatWasAnsweredIsThereAfterAKillAndTheRestIsWholeOrAbsent() throws Exception {
        var random = new Random(SEED);
        for (int kill = 0; kill < KILLS; kill++) {
            int first = CrashVictim.FIRST_IMMUTABLE + kill * MANY;
            runAndKill(first, random);
            try (var server = new StorageFolder(node).open()) {
                for (int slot = 0; slot < CrashVictim.SLOTS; slot++) {
                    checkSlot(server, slot, kill);
                }
                checkImmutables(server, first, kill);
            }
        }
        assertThat(complete).as("complete shares in all").isNotEmpty();
        assertThat(changed).as("changed slots").hasSize(CrashVictim.SLOTS);
    }

    private void runAndKill(int first, Random random) throws Exception {
        Process victim = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-XX:TieredStopAtLevel=1",
                        CrashVictim.class.getName(),
                        node.toString(),
                        Long.toString(random.nextLong()),
                        Integer.toString(first))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = victim.inputReader()) {
            assertThat(out.readLine()).isEqualTo("open");
            for (int i = random.nextInt(MOST_LINES); i > 0; i--) {
                note(out.readLine());
            }
            Thread.sleep(random.nextInt(MOST_MILLIS)); // at a moment that nobody chose
            victim.toHandle().destroyForcibly(); // leaves its output open
            wholeLines(out).forEach(this::note);
        } finally {
            victim.destroyForcibly().waitFor();
        }
    }

    /// The last line may have been cut.
    private static List<String> wholeLines(BufferedReader out) throws IOException {
        var text = new StringBuilder();
        for (int c = out.read(); c >= 0; c = out.read()) {
            text.append((char) c);
        }
        return text.substring(0, text.lastIndexOf("\n") + 1).lines().toList();
    }

    private void note(String line) {
        String[] words = line.split(" ", -1);
        int number = Integer.parseInt(words[1]);
        switch (words[0]) {
            case "try" -> tried.put(number, Long.valueOf(words[2]));
            case "changed" -> changed.put(number, Long.valueOf(words[2]));
            case "complete" -> complete.add(number);
            case "leased" -> leased.add(number);
            default -> throw new AssertionError("the victim says: " + line);
        }
    }

    private void checkSlot(DiskStorageServer server, int slot, int kill) throws IOException {
        Set<Integer> there = server.list(ShareKind.MUTABLE, StorageFolder.index(slot));
        long least = changed.getOrDefault(slot, 0L);
        if (there.isEmpty()) {
            assertThat(least).as("kill %s, slot %s is empty", kill, slot).isZero();
            return;
        }
        assertThat(there).as("kill %s, slot %s", kill, slot).isEqualTo(CrashVictim.SHARES);
        long version = ByteBuffer.wrap(StorageFolder.get(server, StorageFolder.index(slot), 0))
                .getLong();
        assertThat(version).as("kill %s, slot %s", kill, slot).isBetween(least, tried.getOrDefault(slot, 0L));
        for (int share : CrashVictim.SHARES) {
            assertThat(StorageFolder.get(server, StorageFolder.index(slot), share))
                    .as("kill %s, slot %s, share %s", kill, slot, share)
                    .isEqualTo(CrashVictim.version(version));
        }
    }

    private void checkImmutables(DiskStorageServer server, int first, int kill) throws IOException {
        List<Integer> missing = new ArrayList<>();
        for (int index : complete) {
            if (index >= first
                    && !server.list(ShareKind.IMMUTABLE, StorageFolder.index(index))
                            .equals(CrashVictim.SHARES)) {
                missing.add(index);
            }
        }
        assertThat(missing).as("kill %s, complete shares that are gone", kill).isEmpty();
        int last = complete.stream().mapToInt(Integer::intValue).max().orElse(0);
        for (int index = first; index <= Math.max(first, last) + 1; index++) {
            for (int share : server.list(ShareKind.IMMUTABLE, StorageFolder.index(index))) {
                assertThat(StorageFolder.get(server, StorageFolder.index(index), share))
                        .as("kill %s, share %s of %s", kill, share, index)
                        .isEqualTo(CrashVictim.immutable(index));
                checkLeases(index, share);
            }
        }
    }

    private void checkLeases(int index, int share) throws IOException {
        Path file = new ShareFolder(new StorageFolder(node).root()).share(StorageFolder.index(index), share);
        try (var container = ShareFile.open(file)) {
            assertThat(container.leases()).hasSizeBetween(leased.contains(index) ? 2 : 1, 2);
        }
    }
}
