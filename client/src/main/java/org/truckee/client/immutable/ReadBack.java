package org.truckee.client.immutable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.cap.MalformedCapException;
import org.truckee.client.grid.GridServer;
import org.truckee.client.health.DamagedShare;
import org.truckee.client.health.FileHealth;
import org.truckee.crypto.Base32;
import org.truckee.crypto.Digests;

/// Reads every byte of the shares of files that a helper has placed, once, slowly, and repairs what is not as it was
/// encoded here; until then the ciphertext is kept, while there is room for it. A process that starts goes on where
/// an earlier one ended.
///
/// ```
/// FOLDER/NAME.ciphertext    what a repair sends
/// FOLDER/NAME.cap           the verify capability of a file that waits
/// ```
public final class ReadBack implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReadBack.class);
    private static final long MOST_BYTES = 4L << 30;
    private static final int NAME_CHARACTERS = 26;
    private static final String CIPHERTEXT = ".ciphertext";
    private static final String CAP = ".cap";

    /// Of the time that reading takes, so many times as much nothing is read, so that it disturbs nobody.
    private static final int REST_TIMES = 3;

    /// Nodes that do not answer are asked again, so often, before the walk over the tree is left to find out.
    private static final int ATTEMPTS = 5;

    private static final Duration LATER = Duration.ofSeconds(60);

    private final Optional<Path> folder;
    private final Shares shares;
    private final BlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();
    private final Thread thread;

    /// These are guarded by this object's monitor.
    private long verified;

    private long repaired;
    private int working;
    private Optional<String> trouble = Optional.empty();

    private record Waiting(ChkVerifyCap cap, int attempt) {}

    /// What files' shares are read and repaired with.
    interface Shares {
        /// The servers to ask.
        List<GridServer> connected();

        /// Reads every byte that one server has of a file.
        FileHealth verify(ChkVerifyCap cap, GridServer server) throws IOException;

        /// Sends good shares in place of damaged ones, from `copy` where there is one.
        UploadReport repair(ChkVerifyCap cap, Collection<DamagedShare> damaged, Optional<CiphertextSource> copy)
                throws IOException;
    }

    /// How it stands: files that wait or are being read, those that were read, those that had to be repaired, and
    /// what last could not be made good.
    public record Report(int waiting, long verified, long repaired, Optional<String> trouble) {}

    private ReadBack(Optional<Path> folder, Shares shares) {
        this.folder = folder;
        this.shares = shares;
        this.thread = Thread.ofVirtual().name("read back").unstarted(this::run);
    }

    /// Reads nothing back where there is no `folder`.
    static ReadBack start(Optional<Path> folder, Shares shares) {
        var readBack = new ReadBack(folder, shares);
        if (folder.isPresent()) {
            readBack.resume(folder.get());
            readBack.thread.start();
        }
        return readBack;
    }

    private void resume(Path kept) {
        try {
            Files.createDirectories(kept);
            resumeAll(kept);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage()).log("files that wait to be read back are not known");
        }
    }

    private void resumeAll(Path kept) throws IOException {
        List<Path> files;
        try (var all = Files.list(kept)) {
            files = all.sorted().toList();
        }
        for (Path file : files) {
            String name = file.getFileName().toString();
            if (name.endsWith(CAP)) {
                resumeOne(file);
            } else if (name.endsWith(CIPHERTEXT) && !Files.exists(file.resolveSibling(name.replace(CIPHERTEXT, CAP)))) {
                Files.delete(file); // its upload did not come to its end
            }
        }
    }

    private void resumeOne(Path file) throws IOException {
        try {
            if (Cap.parse(Files.readString(file).strip()) instanceof ChkVerifyCap cap) {
                waiting.add(new Waiting(cap, 0));
                return;
            }
        } catch (MalformedCapException e) {
            LOG.atDebug().setCause(e).log("not a capability");
        }
        LOG.atWarn().addKeyValue("file", file).log("not the capability of a file that waits to be read back");
        Files.delete(file);
    }

    /// A place for the ciphertext of a file that a helper is about to be sent.
    ExpandedCopy copy(CiphertextSource source) {
        Segmentation segmentation = source.segmentation();
        try {
            if (folder.isPresent() && hasRoom(folder.get(), segmentation.size())) {
                return ExpandedCopy.to(file(source.storageIndex().toBytes(), CIPHERTEXT), segmentation);
            }
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("reason", e.getMessage())
                    .log("an expanded file is not kept until it is read back");
        }
        return ExpandedCopy.none(segmentation);
    }

    /// At most so much, and no more than a quarter of what the disk has left.
    private static boolean hasRoom(Path kept, long bytes) throws IOException {
        long most = Math.min(MOST_BYTES, Files.getFileStore(kept).getUsableSpace() / 4);
        return ExpandedCopy.bytesIn(kept) + bytes <= most;
    }

    private Path file(byte[] storageIndex, String suffix) {
        String name = Base32.encode(Digests.sha256(storageIndex)).substring(0, NAME_CHARACTERS);
        return folder.orElseThrow().resolve(name + suffix);
    }

    /// Has a file read back that was stored.
    void add(ChkVerifyCap cap, ExpandedCopy copy) {
        if (folder.isEmpty()) {
            return;
        }
        copy.finish();
        try {
            Files.writeString(file(cap.storageIndex().toBytes(), CAP), cap.uri() + "\n");
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage()).log("a restart will not read an expanded file back");
        }
        waiting.add(new Waiting(cap, 0));
    }

    /// How it stands.
    public synchronized Report report() {
        return new Report(waiting.size() + working, verified, repaired, trouble);
    }

    private void run() {
        try {
            while (true) {
                Waiting next = waiting.take();
                working(1);
                try {
                    read(next);
                } catch (IOException | RuntimeException e) {
                    again(next, String.valueOf(e.getMessage()));
                } finally {
                    working(-1);
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void working(int more) {
        working += more;
    }

    private void again(Waiting one, String why) throws InterruptedException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedException("closed");
        }
        synchronized (this) {
            trouble = Optional.of(why);
        }
        LOG.atWarn()
                .addKeyValue("storageIndex", one.cap().storageIndex())
                .addKeyValue("reason", why)
                .log("an expanded file could not be read back");
        if (one.attempt() + 1 < ATTEMPTS) {
            TimeUnit.MILLISECONDS.sleep(LATER.toMillis());
            waiting.add(new Waiting(one.cap(), one.attempt() + 1));
        } else {
            forget(one.cap());
        }
    }

    private void read(Waiting one) throws IOException, InterruptedException {
        Map<GridServer, FileHealth> seen = new HashMap<>();
        for (GridServer server : shares.connected()) {
            long start = System.nanoTime();
            FileHealth health = shares.verify(one.cap(), server);
            TimeUnit.NANOSECONDS.sleep(REST_TIMES * (System.nanoTime() - start));
            seen.put(server, health);
        }
        List<DamagedShare> damaged = seen.values().stream()
                .flatMap(health -> health.damaged().stream())
                .toList();
        Optional<String> unheard = seen.values().stream()
                .flatMap(health -> health.unheard().values().stream())
                .findFirst();
        if (!damaged.isEmpty()) {
            repair(one.cap(), damaged);
        }
        if (unheard.isPresent()) {
            throw new IOException("a node was not heard: " + unheard.get());
        }
        synchronized (this) {
            verified++;
            trouble = Optional.empty();
        }
        forget(one.cap());
    }

    private void repair(ChkVerifyCap cap, List<DamagedShare> damaged) throws IOException {
        List<String> where = new ArrayList<>();
        damaged.forEach(bad -> where.add("share " + bad.share() + " at " + bad.server()));
        LOG.atWarn()
                .addKeyValue("storageIndex", cap.storageIndex())
                .addKeyValue("damaged", String.join(", ", where))
                .log("a helper placed shares that are not the file's; they are made good elsewhere");
        Path copy = file(cap.storageIndex().toBytes(), CIPHERTEXT);
        Segmentation segmentation = Segmentation.of(cap.encoding(), cap.size(), Segmentation.DEFAULT_SEGMENT_BYTES);
        Optional<CiphertextSource> source =
                Files.exists(copy) ? Optional.of(ExpandedCopy.source(copy, cap, segmentation)) : Optional.empty();
        shares.repair(cap, damaged, source);
        synchronized (this) {
            repaired++;
        }
    }

    private void forget(ChkVerifyCap cap) {
        try {
            byte[] storageIndex = cap.storageIndex().toBytes();
            Files.deleteIfExists(file(storageIndex, CAP));
            Files.deleteIfExists(file(storageIndex, CIPHERTEXT));
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a copy is left to the next start");
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
