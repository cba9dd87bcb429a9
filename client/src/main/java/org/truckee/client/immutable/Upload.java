package org.truckee.client.immutable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.storage.ShareKind;

/// One upload of one file: asks who holds what, plans, sends every segment once to all, and sends the shares that
/// were lost on the way again. Belongs to one thread.
final class Upload implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upload.class);

    private static final Duration PAUSE = Duration.ofMillis(250);

    /// A server that moves nothing is waited for so long, or four times as long as others take for a request.
    private static final Duration STALL = Duration.ofSeconds(2);

    private static final int STALL_TIMES = 4;

    private final KnownServers servers;
    private final CiphertextSource source;
    private final Segmentation segmentation;
    private final int happy;
    private final Duration patience;
    private final ChkEncoder encoder;
    private final Allocator allocator;
    private final SegmentPool.Account memory;
    private final Cores cores;
    private final Transfer transfer;

    /// Complete shares, by who holds them, as far as is known.
    private final Map<GridServer, Set<Integer>> held = new HashMap<>();

    /// Shares that servers refused since we last looked around.
    private final Map<GridServer, Set<Integer>> refused = new HashMap<>();

    /// What each server said last, in words.
    private final Map<GridServer, String> said = new LinkedHashMap<>();

    /// Shares that servers were asked to make room for without our hearing whether they did.
    private final Map<GridServer, Set<Integer>> orphans = new HashMap<>();

    private final List<ShareWriter> writers = new ArrayList<>();
    private final BlockingQueue<ShareWriter> over = new LinkedBlockingQueue<>();
    private List<GridServer> ring = List.of();
    private long hopefulAt = System.nanoTime();
    private boolean hidden;

    /// An upload that is not happy any more goes on for so long while nothing gets better: a node that restarts comes
    /// back.
    Upload(
            KnownServers servers,
            CiphertextSource source,
            int happy,
            Duration patience,
            ChkEncoder encoder,
            Allocator allocator,
            SegmentPool.Account memory,
            Cores cores,
            Transfer transfer) {
        this.servers = servers;
        this.source = source;
        this.segmentation = source.segmentation();
        this.happy = happy;
        this.patience = patience;
        this.encoder = encoder;
        this.allocator = allocator;
        this.memory = memory;
        this.cores = cores;
        this.transfer = transfer;
    }

    /// Shares that busy servers are still taking may be unfinished when this returns: the file is happy without them.
    UploadReport run() throws IOException {
        lookAround();
        List<ShareWriter> first = place();
        checkHappy(promised());
        pass(first, false);
        finish(first);
        sendLostAgain();
        checkHappy(held);
        return new UploadReport(encoder.trailers().verifyCap(), holders());
    }

    private int total() {
        return segmentation.encoding().total();
    }

    /// Asks all servers which shares they hold.
    private void lookAround() throws IOException {
        ring = ServerSelector.inOrder(servers.connected(), source.storageIndex()).stream()
                .limit(2L * total())
                .toList();
        refused.clear();
        var lists =
                Together.ask(ring, happy, server -> server.storage().list(ShareKind.IMMUTABLE, source.storageIndex()));
        lists.heard().forEach(this::holds);
        lists.failed().forEach(this::unheard);
    }

    private void holds(GridServer server, Set<Integer> shares) {
        var known = shares.stream().filter(share -> share < total()).collect(Collectors.toCollection(TreeSet::new));
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
                .addKeyValue("storageIndex", source.storageIndex())
                .addKeyValue("server", server)
                .addKeyValue("reason", failure.getMessage())
                .log("a server is not used for an upload");
    }

    private void refuse(GridServer server, Set<Integer> shares) {
        refused.computeIfAbsent(server, _ -> new HashSet<>()).addAll(shares);
    }

    private Set<Integer> allShares() {
        return IntStream.range(0, total()).boxed().collect(Collectors.toSet());
    }

    /// Plans and allocates until every share that somebody takes has a writer; gives the new ones.
    private List<ShareWriter> place() throws IOException {
        List<ShareWriter> placed = new ArrayList<>();
        for (boolean again = true; again; ) {
            UploadPlan plan = plan();
            LOG.atDebug()
                    .addKeyValue("storageIndex", source.storageIndex())
                    .addKeyValue("plan", plan)
                    .log("shares are placed");
            var answers = Together.ask(
                    plan.sent().keySet(),
                    happy,
                    server -> allocator.allocate(server, plan.sent().getOrDefault(server, Set.of())));
            answers.failed().forEach((server, failure) -> {
                unheard(server, failure);
                orphans.put(server, plan.sent().getOrDefault(server, Set.of()));
            });
            again = !answers.failed().isEmpty();
            for (var answer : answers.heard().entrySet()) {
                GridServer server = answer.getKey();
                again |= took(server, plan.sent().getOrDefault(server, Set.of()), answer.getValue(), placed);
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
        UploadPlan without = UploadPlanner.plan(total(), happy, ring, expected(), avoided);
        return without.happiness() >= happy && without.homeless().isEmpty()
                ? without
                : UploadPlanner.plan(total(), happy, ring, expected(), refused);
    }

    /// Starts a writer for what a server takes; says whether it refused anything.
    private boolean took(GridServer server, Set<Integer> asked, Allocator.Outcome outcome, List<ShareWriter> placed) {
        holds(server, outcome.alreadyHave());
        for (int share : outcome.allocated()) {
            var writer = ShareWriter.start(
                    source.storageIndex(),
                    share,
                    server,
                    allocator.secret(server),
                    encoder.shareBytes(),
                    transfer,
                    over);
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

    private void checkHappy(Map<GridServer, Set<Integer>> shares) throws UnhappyUploadException {
        int happiness = happiness(shares);
        if (happiness < happy) {
            String answers = said.entrySet().stream()
                    .map(server -> server.getKey() + " " + server.getValue())
                    .collect(Collectors.joining("; "));
            throw new UnhappyUploadException(
                    "shares.happy is " + happy + " but only " + happiness
                            + " servers can be given a share of their own; " + ring.size() + " servers are connected"
                            + (answers.isEmpty() ? "" : ": " + answers),
                    hidden);
        }
    }

    /// Sends every segment to `targets`; `again` if all were encoded before.
    private void pass(List<ShareWriter> targets, boolean again) throws IOException {
        targets.forEach(writer -> writer.write(ByteStream.of(encoder.header()), Optional.empty()));
        Deque<Future<SegmentBuffers>> coding = new ArrayDeque<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                int next = 0;
                for (int sent = 0; sent < segmentation.segments() && isWorthwhile(targets, again); ) {
                    Optional<SegmentBuffers> room = next == segmentation.segments() || coding.size() > cores.count()
                            ? Optional.empty()
                            : room(targets, coding.isEmpty());
                    if (room.isPresent()) {
                        coding.add(code(threads, next++, room.get(), targets, again));
                    } else if (!coding.isEmpty()) {
                        send(sent++, await(coding.remove()), targets, again);
                    }
                }
            } finally {
                threads.shutdownNow();
            }
        }
        sendTrailers(targets);
    }

    /// Whether it makes sense to go on. The first pass hashes the file, so it goes on as long as there is hope for
    /// it.
    private boolean isWorthwhile(List<ShareWriter> targets, boolean again) throws UnhappyUploadException {
        if (again) {
            return targets.stream().anyMatch(ShareWriter::isLive);
        }
        long now = System.nanoTime();
        if (happiness(expected()) >= happy || couldBeHappy()) {
            hopefulAt = now;
        } else if (now - hopefulAt > patience.toNanos()) {
            writers.stream().filter(writer -> !writer.isLive()).forEach(this::finished);
            checkHappy(expected());
        }
        return true;
    }

    /// Whether the servers that answer now would do, if they took what is lost.
    private boolean couldBeHappy() {
        List<GridServer> now = ServerSelector.inOrder(servers.connected(), source.storageIndex());
        return UploadPlanner.plan(total(), happy, now, expected(), Map.of()).happiness() >= happy;
    }

    private Future<SegmentBuffers> code(
            ExecutorService threads, int segment, SegmentBuffers room, List<ShareWriter> targets, boolean again) {
        Set<Integer> shares = targets.stream().map(ShareWriter::share).collect(Collectors.toSet());
        return threads.submit(() -> {
            encoder.read(segment, room.blocks());
            return cores.run(() -> {
                if (again) {
                    encoder.codeAgain(segment, room.blocks(), shares);
                } else {
                    encoder.code(segment, room.blocks());
                }
                return room;
            });
        });
    }

    private static SegmentBuffers await(Future<SegmentBuffers> coding) throws IOException {
        try {
            return coding.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the upload was interrupted");
        } catch (ExecutionException e) {
            throw Together.asIo(e.getCause());
        }
    }

    private void send(int segment, SegmentBuffers coded, List<ShareWriter> targets, boolean again) throws IOException {
        if (!again) {
            cores.run(() -> {
                encoder.chain(segment, coded.blocks());
                return coded;
            });
            transfer.moved(segmentation.segmentLength(segment));
        }
        int length = segmentation.blockLength(segment);
        for (var writer : targets) {
            byte[] block = coded.blocks()[writer.share()];
            writer.write(ByteStream.of(ByteBuffer.wrap(block, 0, length)), Optional.of(coded));
        }
        coded.release();
    }

    private void sendTrailers(List<ShareWriter> targets) throws IOException {
        var trailers = encoder.trailers();
        for (var writer : targets) {
            if (writer.isLive()) {
                writer.write(trailers.of(writer.share()), Optional.empty());
            }
        }
    }

    /// Memory for a segment. If there is none at the moment: empty if something else is `toDo`, else it is waited
    /// for.
    private Optional<SegmentBuffers> room(List<ShareWriter> targets, boolean wait) throws IOException {
        while (true) {
            Optional<SegmentBuffers> room =
                    memory.take(total(), segmentation.blockBytes(), wait ? PAUSE : Duration.ZERO);
            if (room.isPresent() || !wait) {
                return room;
            }
            dropStalled(targets);
        }
    }

    /// Gives up those that hold up all others, which have sent everything, where the file is happy without them. They
    /// are sent again when all others are done.
    private void dropStalled(List<ShareWriter> targets) {
        List<ShareWriter> stalled = stalled(targets);
        boolean othersWait = targets.stream()
                .filter(ShareWriter::isLive)
                .filter(writer -> !stalled.contains(writer))
                .allMatch(ShareWriter::isIdle);
        if (othersWait && isHappyWithout(stalled)) {
            stalled.forEach(writer -> writer.fail(new IOException(
                    "it took nothing for " + writer.stalled().toSeconds() + " s while others waited for it")));
        }
    }

    /// Those that have not moved for longer than can be explained by what a request has taken in this upload.
    private List<ShareWriter> stalled(List<ShareWriter> targets) {
        Duration usual = writers.stream()
                .map(ShareWriter::lastRequest)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        Duration allowed = usual.multipliedBy(STALL_TIMES);
        Duration patience = allowed.compareTo(STALL) > 0 ? allowed : STALL;
        return targets.stream()
                .filter(ShareWriter::isLive)
                .filter(writer -> writer.stalled().compareTo(patience) > 0)
                .toList();
    }

    private boolean isHappyWithout(List<ShareWriter> unfinished) {
        Map<GridServer, Set<Integer>> expected = expected();
        unfinished.forEach(
                writer -> expected.getOrDefault(writer.server(), Set.of()).remove(writer.share()));
        return happiness(expected) >= happy;
    }

    /// Waits until all writers are over, or all but some which are stalled and which the file is happy without.
    private void finish(List<ShareWriter> targets) throws IOException {
        List<ShareWriter> live = new ArrayList<>(targets);
        while (!live.isEmpty()) {
            try {
                over.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the upload was interrupted");
            }
            live.removeIf(writer -> !writer.isLive());
            if (stalled(targets).containsAll(live) && isHappyWithout(live)) {
                break;
            }
        }
        targets.forEach(this::finished);
    }

    private void finished(ShareWriter writer) {
        if (writer.isComplete()) {
            held.computeIfAbsent(writer.server(), _ -> new HashSet<>()).add(writer.share());
        }
        writer.failure().ifPresent(failure -> {
            said.merge(writer.server(), ", lost share " + writer.share() + ": " + failure.getMessage(), String::concat);
            LOG.atWarn()
                    .addKeyValue("storageIndex", source.storageIndex())
                    .addKeyValue("share", writer.share())
                    .addKeyValue("server", writer.server())
                    .addKeyValue("reason", failure.getMessage())
                    .log("a share was lost on its way");
        });
    }

    /// Plans the shares that nobody has again and sends them, as long as that gets any of them to somebody.
    private void sendLostAgain() throws IOException {
        long patientSince = System.nanoTime();
        while (lost() || happiness(held) < happy) {
            int before =
                    happiness(held) + held.values().stream().mapToInt(Set::size).sum();
            lookAround();
            List<ShareWriter> targets = place();
            if (!targets.isEmpty()) {
                pass(targets, true);
                finish(targets);
            }
            int after =
                    happiness(held) + held.values().stream().mapToInt(Set::size).sum();
            boolean barren = after <= before;
            if (!barren) {
                patientSince = System.nanoTime();
            } else if (happiness(held) >= happy || System.nanoTime() - patientSince > patience.toNanos()) {
                return;
            } else {
                pause();
            }
        }
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the upload was interrupted");
        }
    }

    /// Whether there is a share that nobody has or is being sent.
    private boolean lost() {
        Set<Integer> there = new HashSet<>();
        expected().values().forEach(there::addAll);
        return there.size() < total();
    }

    private Map<Integer, Set<GridServer>> holders() {
        Map<Integer, Set<GridServer>> holders = new TreeMap<>();
        held.forEach((server, shares) -> shares.forEach(
                share -> holders.computeIfAbsent(share, _ -> new HashSet<>()).add(server)));
        return holders;
    }

    /// Whether a busy server is still being sent a share.
    boolean lingers() {
        return writers.stream().anyMatch(ShareWriter::isLive);
    }

    /// Waits until nobody is being sent anything.
    void awaitLingering() throws InterruptedException {
        for (var writer : writers) {
            while (writer.isLive()) {
                writer.awaitOver(PAUSE);
            }
        }
    }

    /// Gives up what is not complete, and has servers forget it.
    @Override
    public void close() {
        List<ShareWriter> incomplete =
                writers.stream().filter(writer -> !writer.isComplete()).toList();
        incomplete.forEach(ShareWriter::close);
        try {
            Together.ask(incomplete, 0, writer -> {
                writer.abort();
                return writer;
            });
            Together.ask(
                    orphans.keySet(), 0, server -> allocator.abort(server, orphans.getOrDefault(server, Set.of())));
        } catch (IOException interrupted) {
            // what stays allocated is cleared away by the next upload of the file, or forgotten after half an hour
        }
        memory.close();
        encoder.close();
    }
}
