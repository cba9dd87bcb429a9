package org.truckee.client.immutable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.ServerSelector;
import org.truckee.client.grid.Together;
import org.truckee.client.grid.Transfer;
import org.truckee.client.grid.Transfer.ShareState;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.storage.ShareKind;

/// Which servers hold, take or refuse which shares of one upload, what each of them said, and whether that is happy.
/// Belongs to one thread.
final class Placement {
    private static final Logger LOG = LoggerFactory.getLogger(Placement.class);

    private final KnownServers servers;
    private final StorageIndex storageIndex;
    private final int total;
    private final long shareBytes;
    private final Goal goal;
    private final Allocator allocator;
    private final Transfer transfer;
    private final BlockingQueue<ShareWriter> over;

    /// Complete shares, by who holds them, as far as is known.
    private final Map<GridServer, Set<Integer>> held = new HashMap<>();

    /// Shares that servers refused since we last looked around.
    private final Map<GridServer, Set<Integer>> refused = new HashMap<>();

    /// What each server said last, in words.
    private final Map<GridServer, String> said = new LinkedHashMap<>();

    /// Shares that servers were asked to make room for without our hearing whether they did.
    private final Map<GridServer, Set<Integer>> orphans = new HashMap<>();

    private final List<ShareWriter> writers = new ArrayList<>();
    private List<GridServer> ring = List.of();
    private boolean hidden;

    /// @param total how many shares there are, each of `shareBytes`
    /// @param over where writers put themselves when they are over
    Placement(
            KnownServers servers,
            StorageIndex storageIndex,
            int total,
            long shareBytes,
            Goal goal,
            Allocator allocator,
            Transfer transfer,
            BlockingQueue<ShareWriter> over) {
        this.servers = servers;
        this.storageIndex = storageIndex;
        this.total = total;
        this.shareBytes = shareBytes;
        this.goal = goal;
        this.allocator = allocator;
        this.transfer = transfer;
        this.over = over;
    }

    /// All writers that were started.
    List<ShareWriter> writers() {
        return writers;
    }

    /// Asks all servers which shares they hold, and those who would be sent some if nobody held any to make room at
    /// once, which tells what they hold as well: with most files that is all there is to ask.
    List<ShareWriter> placeFirst() throws IOException {
        goRound();
        UploadPlan plan = plan();
        var answers = Together.ask(ring, goal.wanted(), server -> ask(server, plan.of(server)));
        answers.failed().forEach((server, failure) -> unheard(server, plan.of(server), failure));
        List<ShareWriter> placed = new ArrayList<>();
        if (answers.heard().values().stream()
                .allMatch(outcome -> outcome.alreadyHave().isEmpty())) {
            answers.heard().forEach((server, outcome) -> took(server, plan.of(server), outcome, placed));
        } else {
            answers.heard().forEach((server, outcome) -> holds(server, outcome.alreadyHave()));
            takeBack(answers.heard());
        }
        placed.addAll(place());
        return placed;
    }

    /// The same for a file that is there already, so that most servers need not make room for anything.
    List<ShareWriter> placeLacking() throws IOException {
        lookAround();
        return place();
    }

    private Allocator.Outcome ask(GridServer server, Set<Integer> shares) throws IOException {
        return shares.isEmpty()
                ? new Allocator.Outcome(list(server), Set.of(), Allocator.Refusal.NONE)
                : allocator.allocate(server, shares);
    }

    private Set<Integer> list(GridServer server) throws IOException {
        return server.storage().list(ShareKind.IMMUTABLE, storageIndex);
    }

    /// Somebody holds shares, so that others are to be sent where than was thought.
    private void takeBack(Map<GridServer, Allocator.Outcome> outcomes) throws IOException {
        Map<GridServer, Set<Integer>> allocated = new HashMap<>();
        outcomes.forEach((server, outcome) -> {
            if (!outcome.allocated().isEmpty()) {
                allocated.put(server, outcome.allocated());
            }
        });
        var answers = Together.ask(
                allocated.keySet(), 0, server -> allocator.abort(server, allocated.getOrDefault(server, Set.of())));
        answers.failed()
                .forEach((server, failure) -> unheard(server, allocated.getOrDefault(server, Set.of()), failure));
    }

    private void goRound() {
        ring = ServerSelector.inOrder(servers.connected(), storageIndex).stream()
                .limit(goal.repaired().isPresent() ? Long.MAX_VALUE : 2L * total)
                .toList();
        refused.clear();
        goal.useless().forEach(this::refuse);
    }

    /// Asks all servers which shares they hold.
    void lookAround() throws IOException {
        goRound();
        var lists = Together.ask(ring, goal.wanted(), this::list);
        lists.heard().forEach(this::holds);
        lists.failed().forEach(this::unheard);
    }

    private void holds(GridServer server, Set<Integer> shares) {
        var known = shares.stream()
                .filter(share -> share < total && !goal.isUseless(server, share))
                .collect(Collectors.toCollection(TreeSet::new));
        known.stream()
                .filter(share -> writers.stream().noneMatch(writer -> writer.hasPut(share, server)))
                .forEach(share -> transfer.share(share, server, ShareState.HELD, 0));
        held.put(server, known);
        said.put(server, known.isEmpty() ? "holds nothing of the file" : "holds " + inWords(known));
    }

    private static String inWords(Set<Integer> shares) {
        return (shares.size() == 1 ? "share " : "shares ")
                + new TreeSet<>(shares).stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private void unheard(GridServer server, IOException failure) {
        refuse(server, allShares());
        said.put(server, "was asked and is not used: " + failure.getMessage());
        LOG.atInfo()
                .addKeyValue("storageIndex", storageIndex)
                .addKeyValue("server", server)
                .addKeyValue("reason", failure.getMessage())
                .log("a server is not used for an upload");
    }

    /// A server that was asked to make room for shares, and may have.
    private void unheard(GridServer server, Set<Integer> asked, IOException failure) {
        unheard(server, failure);
        if (!asked.isEmpty()) {
            orphans.put(server, asked);
        }
    }

    private void refuse(GridServer server, Set<Integer> shares) {
        refused.computeIfAbsent(server, _ -> new HashSet<>()).addAll(shares);
    }

    private Set<Integer> allShares() {
        return IntStream.range(0, total).boxed().collect(Collectors.toSet());
    }

    /// Plans and allocates until every share that somebody takes has a writer; gives the new ones.
    List<ShareWriter> place() throws IOException {
        List<ShareWriter> placed = new ArrayList<>();
        for (boolean again = true; again; ) {
            UploadPlan plan = plan();
            LOG.atDebug()
                    .addKeyValue("storageIndex", storageIndex)
                    .addKeyValue("plan", plan)
                    .log("shares are placed");
            var answers = Together.ask(
                    plan.sent().keySet(), goal.wanted(), server -> allocator.allocate(server, plan.of(server)));
            answers.failed().forEach((server, failure) -> unheard(server, plan.of(server), failure));
            again = !answers.failed().isEmpty();
            for (var answer : answers.heard().entrySet()) {
                GridServer server = answer.getKey();
                again |= took(server, plan.of(server), answer.getValue(), placed);
            }
        }
        return placed;
    }

    /// Servers that lost a share in this upload get one again only where it cannot do without them.
    private UploadPlan plan() {
        Map<GridServer, Set<Integer>> avoided = new HashMap<>(refused);
        writers.stream()
                .filter(writer -> writer.failure().isPresent())
                .forEach(writer -> avoided.put(writer.server(), allShares()));
        UploadPlan without = UploadPlanner.plan(total, goal.wanted(), ring, expected(), avoided);
        return without.happiness() >= goal.wanted() && without.homeless().isEmpty()
                ? without
                : UploadPlanner.plan(total, goal.wanted(), ring, expected(), refused);
    }

    /// Starts a writer for what a server takes; says whether it refused anything.
    private boolean took(GridServer server, Set<Integer> asked, Allocator.Outcome outcome, List<ShareWriter> placed) {
        holds(server, outcome.alreadyHave());
        for (int share : outcome.allocated()) {
            var writer = ShareWriter.start(
                    storageIndex, share, server, allocator.secret(server), shareBytes, transfer, over);
            writers.add(writer);
            placed.add(writer);
        }
        Set<Integer> missing = new HashSet<>(asked);
        missing.removeAll(outcome.alreadyHave());
        missing.removeAll(outcome.allocated());
        said.put(
                server,
                said.get(server) + ", takes "
                        + (outcome.allocated().isEmpty() ? "none" : inWords(outcome.allocated())));
        switch (outcome.refusal()) {
            case NONE -> {}
            case FULL -> {
                refuse(server, allShares());
                said.merge(server, ", has no room for " + inWords(missing), String::concat);
            }
            case HIDDEN -> {
                refuse(server, missing);
                hidden = true;
                said.merge(server, ", is being sent " + inWords(missing) + " by somebody else", String::concat);
            }
        }
        return !missing.isEmpty();
    }

    /// Whether enough servers have, or will have if all writers come to their end, a share of their own.
    boolean willBeHappy() {
        return happiness(expected()) >= goal.happy();
    }

    boolean isHappyWithout(List<ShareWriter> unfinished) {
        Map<GridServer, Set<Integer>> expected = expected();
        unfinished.forEach(
                writer -> expected.getOrDefault(writer.server(), Set.of()).remove(writer.share()));
        return happiness(expected) >= goal.happy();
    }

    /// Whether the servers that answer now would do, if they took what is lost.
    boolean couldBeHappy() {
        List<GridServer> now = ServerSelector.inOrder(servers.connected(), storageIndex);
        return UploadPlanner.plan(total, goal.happy(), now, expected(), Map.of())
                        .happiness()
                >= goal.happy();
    }

    /// Whether enough servers hold a share of their own already.
    boolean isHappy() {
        return happiness(held) >= goal.happy();
    }

    /// Something that grows as more shares are held, or better spread.
    int progress() {
        return happiness(held) + held.values().stream().mapToInt(Set::size).sum();
    }

    /// Whether there is a share that nobody has or is being sent.
    boolean lost() {
        Set<Integer> there = new HashSet<>();
        expected().values().forEach(there::addAll);
        return there.size() < total;
    }

    Map<Integer, Set<GridServer>> holders() {
        Map<Integer, Set<GridServer>> holders = new TreeMap<>();
        held.forEach((server, shares) -> shares.forEach(
                share -> holders.computeIfAbsent(share, _ -> new HashSet<>()).add(server)));
        return holders;
    }

    /// What servers will hold if all writers come to their end.
    private Map<GridServer, Set<Integer>> expected() {
        Map<GridServer, Set<Integer>> expected = new HashMap<>();
        held.forEach((server, shares) -> expected.put(server, new HashSet<>(shares)));
        writers.stream()
                .filter(writer -> writer.isLive() || writer.isComplete())
                .forEach(writer -> expected.computeIfAbsent(writer.server(), _ -> new HashSet<>())
                        .add(writer.share()));
        return expected;
    }

    /// What servers hold or agreed to take.
    private Map<GridServer, Set<Integer>> promised() {
        Map<GridServer, Set<Integer>> promised = expected();
        writers.forEach(writer ->
                promised.computeIfAbsent(writer.server(), _ -> new HashSet<>()).add(writer.share()));
        return promised;
    }

    private static int happiness(Map<GridServer, Set<Integer>> shares) {
        return Matching.of(shares.keySet(), shares).size();
    }

    /// Fails if the upload is not happy with what servers hold or agreed to take.
    void checkPromised() throws UnhappyUploadException {
        checkHappy(promised());
    }

    /// Fails if the upload is not happy with what servers will hold if all writers come to their end.
    void checkExpected() throws UnhappyUploadException {
        checkHappy(expected());
    }

    /// Fails if the upload is not happy with what servers hold.
    void checkHeld() throws UnhappyUploadException {
        checkHappy(held);
    }

    private void checkHappy(Map<GridServer, Set<Integer>> shares) throws UnhappyUploadException {
        int happiness = happiness(shares);
        if (happiness < goal.happy()) {
            String answers = said.entrySet().stream()
                    .map(server -> server.getKey() + " " + server.getValue())
                    .collect(Collectors.joining("; "));
            throw new UnhappyUploadException(
                    "shares.happy is " + goal.happy() + " but only " + happiness
                            + " servers can be given a share of their own; " + ring.size() + " servers are connected"
                            + (answers.isEmpty() ? "" : ": " + answers),
                    hidden);
        }
    }

    /// Takes down how a writer ended.
    void finished(ShareWriter writer) {
        if (writer.isComplete()) {
            held.computeIfAbsent(writer.server(), _ -> new HashSet<>()).add(writer.share());
        }
        writer.failure().ifPresent(failure -> {
            said.merge(writer.server(), ", lost share " + writer.share() + ": " + failure.getMessage(), String::concat);
            LOG.atWarn()
                    .addKeyValue("storageIndex", storageIndex)
                    .addKeyValue("share", writer.share())
                    .addKeyValue("server", writer.server())
                    .addKeyValue("reason", failure.getMessage())
                    .log("a share was lost on its way");
        });
    }

    /// Has servers forget what they may have made room for.
    void abortOrphans() throws IOException {
        Together.ask(orphans.keySet(), 0, server -> allocator.abort(server, orphans.getOrDefault(server, Set.of())));
    }
}
