package org.truckee.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a power cut leaves is decided by the order of system calls: everything an answer promises must have been
/// synced before it. `strace` shows the order.
class SystemCallOrderTest {
    @TempDir
    static Path node;

    private static List<String> calls = List.of();

    /// Does one thing after the other and says so on standard output.
    static final class Victim {
        public static void main(String[] arguments) throws IOException {
            var folder = new StorageFolder(Path.of(arguments[0]));
            try (var server = folder.open()) {
                say("begin");
                StorageFolder.put(server, StorageFolder.index(1), 3, StorageFolder.bytes(1, 100_000));
                say("complete");
                StorageFolder.overwrite(server, StorageFolder.index(2), Set.of(5), new byte[1000]);
                say("changed");
                server.renewLease(StorageFolder.index(1), CrashVictim.SECOND_LEASE);
                say("leased");
            }
        }

        private static void say(String what) {
            System.out.println("answer-" + what);
            System.out.flush();
        }
    }

    @BeforeAll
    static void trace() throws Exception {
        Path trace = node.resolve("trace");
        Strace.run(
                node,
                Victim.class,
                "-y",
                "-s",
                "40",
                "-o",
                trace.toString(),
                "-e",
                "trace=fsync,fdatasync,rename,renameat,renameat2,mkdir,mkdirat,write,pwrite64");
        calls = Files.readAllLines(trace);
    }

    /// Number of the first call after `from` that matches.
    private static int after(int from, String pattern) {
        var matcher = Pattern.compile(pattern);
        return IntStream.range(from + 1, calls.size())
                .filter(i -> matcher.matcher(calls.get(i)).find())
                .findFirst()
                .orElseGet(() -> fail("no " + pattern + " after line " + from));
    }

    private static int answer(String what) {
        return after(-1, "write\\(1<.*answer-" + what);
    }

    private static String place(int index) {
        String name = StorageFolder.index(index).toString();
        return "storage/shares/" + name.substring(0, 2) + "/" + name;
    }

    @Test
    void completeShareAndEveryFolderThatGainedAnEntryAreSyncedBeforeTheAnswer() {
        String place = place(1);
        String prefix = place.substring(0, place.lastIndexOf('/'));
        int begin = answer("begin");
        int file = after(begin, "f(data)?sync\\([0-9]+<.*/incoming/.*/3>");
        int shares = after(after(begin, "mkdir.*" + prefix + "\""), "fsync\\([0-9]+<.*storage/shares>");
        int folder = after(after(begin, "mkdir.*" + place + "\""), "fsync\\([0-9]+<.*" + prefix + ">");
        int renamed = after(Math.max(file, Math.max(shares, folder)), "rename.*" + place + "/3\"");
        int synced = after(renamed, "fsync\\([0-9]+<.*" + place + ">");
        assertThat(answer("complete")).isGreaterThan(synced);
    }

    @Test
    void changeIsSyncedInTheJournalBeforeTheAnswerAndBeforeItIsMade() {
        int begin = answer("complete");
        int written = after(begin, "pwrite64\\([0-9]+<.*storage/journal/changes>");
        int synced = after(written, "f(data)?sync\\([0-9]+<.*storage/journal/changes>");
        int made = after(begin, "pwrite64\\([0-9]+<.*" + place(2) + "/5>");
        assertThat(made).isGreaterThan(synced);
        assertThat(answer("changed")).isGreaterThan(synced);
    }

    @Test
    void leaseIsSyncedInTheJournalBeforeTheAnswer() {
        int begin = answer("changed");
        int written = after(begin, "pwrite64\\([0-9]+<.*storage/journal/changes>");
        int synced = after(written, "f(data)?sync\\([0-9]+<.*storage/journal/changes>");
        int made = after(begin, "pwrite64\\([0-9]+<.*" + place(1) + "/3>");
        assertThat(made).isGreaterThan(synced);
        assertThat(answer("leased")).isGreaterThan(synced);
    }
}
