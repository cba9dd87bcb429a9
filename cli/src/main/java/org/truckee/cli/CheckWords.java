package org.truckee.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.truckee.status.Words;

/// What checks find, in words.
final class CheckWords {
    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final String AFTER = "post-repair-results";

    private final PrintWriter out;
    private long objects;
    private long repairsFailed;
    private long unreadable;
    private long depending = -1;
    private String without = "";
    private long toldAt = System.nanoTime();

    CheckWords(PrintWriter out) {
        this.out = out;
    }

    /// Takes note of what is said.
    void count(JsonNode said) {
        JsonNode stats = said.path("stats");
        if (stats.isObject()) {
            depending = stats.path("count-depending").asLong(-1);
            without = stats.path("without").asText("");
        } else {
            objects++;
            JsonNode one = one(said);
            repairsFailed += one.path("repair-attempted").asBoolean(false) && !isRepaired(one) ? 1 : 0;
            unreadable += said.path("type").asText().equals("unreadable") || isUnreadable(now(one)) ? 1 : 0;
        }
    }

    /// Of one of many, what is said of one alone.
    private static JsonNode one(JsonNode said) {
        return Stream.of("check-and-repair-results", "check-results")
                .filter(said::has)
                .map(said::path)
                .findFirst()
                .orElse(said);
    }

    /// How it is after a repair, if there was one.
    private static JsonNode now(JsonNode one) {
        return one.has(AFTER) ? one.path(AFTER) : one;
    }

    private static boolean isRepaired(JsonNode one) {
        return one.path("repair-successful").asBoolean(false);
    }

    private static boolean isUnreadable(JsonNode now) {
        return now.path("results").path("state").asText().equals("unreadable");
    }

    /// Something to tell who waits, now and then.
    Optional<String> progress() {
        long now = System.nanoTime();
        if (now - toldAt < PROGRESS_NANOS) {
            return Optional.empty();
        }
        toldAt = now;
        return Optional.of(Words.count(objects) + " checked");
    }

    /// Of one file: what is not as it was to be at the end, if something is not.
    Optional<String> verdict() {
        if (unreadable > 0) {
            return Optional.of("it cannot be read from the nodes that are connected");
        }
        return repairsFailed > 0 ? Optional.of("it could not be repaired") : Optional.empty();
    }

    /// The same of a whole tree.
    Optional<String> verdict(boolean repairs) {
        if (depending > 0) {
            return Optional.of(Words.many(depending, "file") + " still " + (depending == 1 ? "depends" : "depend")
                    + " on " + without + (repairs ? "" : ": --repair changes that"));
        }
        if (unreadable > 0) {
            return Optional.of(Words.many(unreadable, "file") + " cannot be read from the nodes that are connected");
        }
        return repairsFailed > 0
                ? Optional.of(Words.many(repairsFailed, "file") + " could not be repaired")
                : Optional.empty();
    }

    /// One file or directory.
    void check(JsonNode said) {
        JsonNode now = now(said);
        if (said.path("repair-attempted").asBoolean(false)) {
            out.println(
                    "before: " + said.path("pre-repair-results").path("summary").asText());
            out.println(repair(said));
        }
        out.println(now.path("summary").asText());
        String storageIndex = said.path("storage-index").asText("");
        if (!storageIndex.isEmpty()) {
            out.println("storage index " + storageIndex);
            results(now.path("results"));
        }
    }

    private static String repair(JsonNode said) {
        return isRepaired(said)
                ? "repaired"
                : "not repaired: " + said.path("repair-failure").asText("");
    }

    private void results(JsonNode results) {
        out.println(results.path("count-shares-good").asInt() + " of "
                + results.path("count-shares-expected").asInt() + " shares are good, "
                + results.path("count-shares-needed").asInt() + " give it back; "
                + results.path("count-happiness").asInt() + " nodes have one of their own");
        results.path("sharemap")
                .properties()
                .forEach(share -> out.println("  share " + share.getKey() + ": " + joined(share.getValue())));
        damaged(results).forEach(line -> out.println("  " + line));
        int wrong = results.path("count-wrong-shares").asInt();
        if (wrong > 0) {
            out.println("  " + Words.many(wrong, "share") + " of other versions");
        }
        results.path("servers-failing")
                .properties()
                .forEach(server -> out.println("  " + server.getKey() + " could not be asked: "
                        + server.getValue().asText()));
    }

    private static List<String> damaged(JsonNode results) {
        List<String> lines = new ArrayList<>();
        JsonNode shares = results.path("list-corrupt-shares");
        for (int i = 0; i < shares.size(); i++) {
            lines.add("damaged at " + shares.path(i).path(0).asText() + ": "
                    + results.path("corrupt-share-reasons").path(i).asText());
        }
        return lines;
    }

    private static String joined(JsonNode texts) {
        List<String> all = new ArrayList<>();
        texts.forEach(text -> all.add(text.asText()));
        return String.join(", ", all);
    }

    /// One of many: only what is not as it should be, and how many there are in the end.
    void deepCheck(JsonNode said) {
        JsonNode stats = said.path("stats");
        if (stats.isObject()) {
            summary(stats);
        } else if (said.path("type").asText().equals("unreadable")) {
            out.println(path(said) + ": " + said.path("error").asText());
        } else if (said.has("check-and-repair-results")) {
            repaired(path(said), said.path("check-and-repair-results"));
        } else {
            found(path(said), said.path("check-results"));
        }
    }

    private void found(String path, JsonNode check) {
        JsonNode results = check.path("results");
        boolean reduced = !results.path("state").asText("full").equals("full");
        if (reduced && results.path("healthy").asBoolean(true)) {
            out.println(
                    path + ": all shares, on " + results.path("count-happiness").asInt() + " nodes of their own");
        } else if (reduced) {
            out.println(path + ": " + check.path("summary").asText());
        }
        damaged(results).forEach(line -> out.println(path + ": " + line));
    }

    private void repaired(String path, JsonNode said) {
        if (said.path("repair-attempted").asBoolean(false)) {
            out.println(path + ": "
                    + said.path("pre-repair-results").path("summary").asText() + "; " + repair(said));
            damaged(said.path("pre-repair-results").path("results")).forEach(line -> out.println(path + ": " + line));
        } else {
            found(path, said.path(AFTER));
        }
    }

    private static String path(JsonNode said) {
        List<String> names = new ArrayList<>();
        said.path("path").forEach(name -> names.add(name.asText()));
        return "/" + String.join("/", names);
    }

    private void summary(JsonNode stats) {
        out.println(Words.count(stats.path("count-objects-checked").asLong()) + " files and directories checked"
                + literals(stats.path("count-literal-files").asLong()) + ": "
                + Words.count(stats.path("count-full").asLong()) + " full, "
                + Words.count(stats.path("count-reduced").asLong()) + " reduced, "
                + Words.count(stats.path("count-unreadable").asLong()) + " unreadable; "
                + Words.many(stats.path("count-corrupt-shares").asLong(), "damaged share") + "; "
                + Words.many(stats.path("count-repairs-successful").asLong(), "repair") + " done, "
                + Words.count(stats.path("count-repairs-unsuccessful").asLong()) + " not");
        if (depending == 0) {
            out.println("nothing depends on " + without + " any more");
        }
    }

    /// Files that no node keeps a share of.
    private static String literals(long count) {
        return count == 0 ? "" : ", and " + Words.many(count, "small file") + " in their directories";
    }
}
