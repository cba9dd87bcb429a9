package org.truckee.client.immutable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.Together;
import org.truckee.client.grid.Transfer;
import org.truckee.protocol.ByteStream;

/// One upload of one file: sends every segment once to all that a [Placement] finds for it, and the shares that were
/// lost on the way again. Belongs to one thread.
final class Upload implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(250);

    /// A server that moves nothing is waited for so long, or four times as long as others take for a request.
    private static final Duration STALL = Duration.ofSeconds(2);

    private static final int STALL_TIMES = 4;

    /// So many segments are coded together, while there is memory: of 3-of-10, as many as it takes to hash them in
    /// all lanes of a vector at once.
    private static final int GROUP = 4;

    private final Segmentation segmentation;
    private final Goal goal;
    private final Duration patience;
    private final ChkEncoder encoder;
    private final SegmentPool.Account memory;
    private final Cores cores;
    private final Transfer transfer;
    private final Placement placement;

    private final BlockingQueue<ShareWriter> over = new LinkedBlockingQueue<>();
    private long hopefulAt = System.nanoTime();

    /// An upload that is not happy any more goes on for so long while nothing gets better: a node that restarts comes
    /// back.
    Upload(
            KnownServers servers,
            CiphertextSource source,
            Goal goal,
            Duration patience,
            ChkEncoder encoder,
            Allocator allocator,
            SegmentPool.Account memory,
            Cores cores,
            Transfer transfer) {
        this.segmentation = source.segmentation();
        this.goal = goal;
        this.patience = patience;
        this.encoder = encoder;
        this.memory = memory;
        this.cores = cores;
        this.transfer = transfer;
        this.placement = new Placement(
                servers, source.storageIndex(), total(), encoder.shareBytes(), goal, allocator, transfer, over);
    }

    /// Shares that busy servers are still taking may be unfinished when this returns: the file is happy without them.
    UploadReport run() throws IOException {
        List<ShareWriter> first = goal.repaired().isPresent() ? placement.placeLacking() : placement.placeFirst();
        if (first.isEmpty() && goal.repaired().isPresent()) {
            return new UploadReport(goal.repaired().get(), placement.holders());
        }
        placement.checkPromised();
        pass(first, false);
        finish(first);
        sendLostAgain();
        placement.checkHeld();
        return new UploadReport(encoder.trailers().verifyCap(), placement.holders());
    }

    private int total() {
        return segmentation.encoding().total();
    }

    /// Sends every segment to `targets`; `again` if all were encoded before.
    private void pass(List<ShareWriter> targets, boolean again) throws IOException {
        targets.forEach(writer -> writer.write(ByteStream.of(encoder.header()), Optional.empty()));
        Deque<Future<List<SegmentBuffers>>> coding = new ArrayDeque<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                int next = 0;
                for (int sent = 0; sent < segmentation.segments() && isWorthwhile(targets, again); ) {
                    List<SegmentBuffers> rooms = coding.size() > cores.count()
                            ? List.of()
                            : rooms(segmentation.segments() - next, targets, coding.isEmpty());
                    if (!rooms.isEmpty()) {
                        coding.add(code(threads, next, rooms, targets, again));
                        next += rooms.size();
                    } else if (!coding.isEmpty()) {
                        for (SegmentBuffers coded : await(coding.remove())) {
                            send(sent++, coded, targets, again);
                        }
                    }
                }
                giveBack(coding);
            } finally {
                threads.shutdownNow();
            }
        }
        sendTrailers(targets);
    }

    /// Segments that nobody takes any more.
    private static void giveBack(Deque<Future<List<SegmentBuffers>>> unsent) throws IOException {
        for (Future<List<SegmentBuffers>> segments : unsent) {
            await(segments).forEach(SegmentBuffers::release);
        }
    }

    /// Whether it makes sense to go on. The first pass hashes the file, so it goes on as long as there is hope for
    /// it.
    private boolean isWorthwhile(List<ShareWriter> targets, boolean again) throws IOException {
        boolean anybodyTakesIt = targets.stream().anyMatch(ShareWriter::isLive);
        if (again) {
            return anybodyTakesIt;
        }
        if (goal.repaired().isPresent() && !anybodyTakesIt) {
            throw new IOException("every server that was to take a share failed");
        }
        long now = System.nanoTime();
        if (placement.willBeHappy() || placement.couldBeHappy()) {
            hopefulAt = now;
        } else if (now - hopefulAt > patience.toNanos()) {
            placement.writers().stream().filter(writer -> !writer.isLive()).forEach(placement::finished);
            placement.checkExpected();
        }
        return true;
    }

    private Future<List<SegmentBuffers>> code(
            ExecutorService threads, int first, List<SegmentBuffers> rooms, List<ShareWriter> targets, boolean again) {
        List<Integer> shares = targets.stream().map(ShareWriter::share).toList();
        List<byte[][]> segments = rooms.stream().map(SegmentBuffers::blocks).toList();
        return threads.submit(() -> {
            for (int i = 0; i < segments.size(); i++) {
                encoder.read(first + i, segments.get(i));
            }
            return cores.run(() -> {
                if (again) {
                    encoder.codeAgain(first, segments, shares);
                } else {
                    encoder.code(first, segments);
                }
                return rooms;
            });
        });
    }

    private static <T> T await(Future<T> coding) throws IOException {
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
        goal.approval().check(trailers.verifyCap());
        for (var writer : targets) {
            if (writer.isLive()) {
                writer.write(trailers.of(writer.share()), Optional.empty());
            }
        }
    }

    /// Memory for the next segments, of which so many are `left`.
    private List<SegmentBuffers> rooms(int left, List<ShareWriter> targets, boolean wait) throws IOException {
        List<SegmentBuffers> rooms = new ArrayList<>();
        while (rooms.size() < Math.min(left, GROUP)) {
            Optional<SegmentBuffers> room = room(targets, wait && rooms.isEmpty());
            if (room.isEmpty()) {
                break;
            }
            rooms.add(room.get());
        }
        return rooms;
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
        if (othersWait && placement.isHappyWithout(stalled)) {
            stalled.forEach(writer -> writer.fail(new IOException(
                    "it took nothing for " + writer.stalled().toSeconds() + " s while others waited for it")));
        }
    }

    /// Those that have not moved for longer than can be explained by what a request has taken in this upload.
    private List<ShareWriter> stalled(List<ShareWriter> targets) {
        Duration usual = placement.writers().stream()
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
            if (stalled(targets).containsAll(live) && placement.isHappyWithout(live)) {
                break;
            }
        }
        targets.forEach(placement::finished);
    }

    /// Plans the shares that nobody has again and sends them, as long as that gets any of them to somebody.
    private void sendLostAgain() throws IOException {
        long patientSince = System.nanoTime();
        while (placement.lost() || !placement.isHappy()) {
            int before = placement.progress();
            placement.lookAround();
            List<ShareWriter> targets = placement.place();
            if (!targets.isEmpty()) {
                pass(targets, true);
                finish(targets);
            }
            if (placement.progress() > before) {
                patientSince = System.nanoTime();
            } else if (placement.isHappy() || System.nanoTime() - patientSince > patience.toNanos()) {
                return;
            } else {
                pause(PAUSE);
            }
        }
    }

    /// Between two questions to somebody who may be coming back, and tells nobody when.
    static void pause(Duration pause) throws InterruptedIOException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the upload was interrupted");
        }
    }

    /// Whether a busy server is still being sent a share.
    boolean lingers() {
        return placement.writers().stream().anyMatch(ShareWriter::isLive);
    }

    /// Waits until nobody is being sent anything.
    void awaitLingering() throws InterruptedException {
        for (var writer : placement.writers()) {
            while (writer.isLive()) {
                writer.awaitOver(PAUSE);
            }
        }
    }

    /// Gives up what is not complete, and has servers forget it.
    @Override
    public void close() {
        List<ShareWriter> incomplete = placement.writers().stream()
                .filter(writer -> !writer.isComplete())
                .toList();
        incomplete.forEach(ShareWriter::close);
        try {
            Together.ask(incomplete, 0, writer -> {
                writer.abort();
                return writer;
            });
            placement.abortOrphans();
        } catch (IOException interrupted) {
            // what stays allocated is cleared away by the next upload of the file, or forgotten after half an hour
        }
        memory.close();
        encoder.close();
    }
}
