package org.truckee.helper;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.grid.Transfers;
import org.truckee.client.immutable.Uploader;
import org.truckee.crypto.Base32;
import org.truckee.crypto.Digests;
import org.truckee.protocol.helper.ExpansionRequest;
import org.truckee.protocol.helper.HelperMessages;
import org.truckee.protocol.helper.HelperMessages.Opened;

/// All expansions, and the ciphertext that is kept of those whose client went away, so that it can go on where it
/// ended. A client's ciphertext of a storage index is found under a name that follows from both. Safe for use by any
/// number of threads.
///
/// ```
/// FOLDER/NAME.ciphertext    what has arrived
/// FOLDER/NAME.terms         the request, by which one sees whether it is about the same
/// ```
final class Expansions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Expansions.class);
    private static final String CIPHERTEXT = ".ciphertext";
    private static final String TERMS = ".terms";
    private static final int ID_BYTES = 16;
    private static final int NAME_CHARACTERS = 26;

    /// What an expansion may need in memory at least: all blocks of a segment.
    private static final long MOST_SEGMENT_BYTES = 32 << 20;

    private final Path folder;
    private final Limits limits;
    private final Uploader uploader;
    private final Transfers transfers;
    private final Refusals refusals;
    private final SecureRandom random;
    private final InstantSource clock;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final LongAdder received = new LongAdder();

    /// By name; guarded by this object's monitor.
    private final Map<String, Expansion> running = new HashMap<>();

    /// @param keptBytes of ciphertext in all, and of a client a half of it
    /// @param keptFor how old it may become
    /// @param silence after which a client counts as gone: servers are told to forget what they have of the file
    /// @param count of expansions at once, and of a client a quarter of it
    record Limits(long keptBytes, Duration keptFor, Duration silence, int count) {}

    /// An expansion cannot be had now.
    static final class FullException extends IOException {
        private static final long serialVersionUID = 1;

        FullException(String message) {
            super(message);
        }
    }

    private Expansions(
            Path folder,
            Limits limits,
            Uploader uploader,
            Transfers transfers,
            Refusals refusals,
            SecureRandom random,
            InstantSource clock) {
        this.folder = folder;
        this.limits = limits;
        this.uploader = uploader;
        this.transfers = transfers;
        this.refusals = refusals;
        this.random = random;
        this.clock = clock;
    }

    /// With what an earlier run left in `folder`.
    static Expansions open(
            Path folder,
            Limits limits,
            Uploader uploader,
            Transfers transfers,
            Refusals refusals,
            SecureRandom random,
            InstantSource clock)
            throws IOException {
        Files.createDirectories(folder);
        var expansions = new Expansions(folder, limits, uploader, transfers, refusals, random, clock);
        expansions.sweep();
        Thread.ofVirtual().name("kept ciphertext").start(expansions::watch);
        return expansions;
    }

    /// Begins an expansion or goes on with one.
    ///
    /// @throws FullException if there is no room for it
    synchronized Opened open(ClientName client, ExpansionRequest request) throws IOException {
        String name = name(client, request);
        Expansion known = running.get(name);
        if (known != null && known.request().continues(request)) {
            return known.takeOver(newId());
        }
        if (known != null) {
            end(name, known, true);
        }
        checkPossible(client, request);
        makeRoom(client, request, name);
        forgetUnlessContinued(name, request);
        var expansion = new Expansion(
                client,
                request,
                newId(),
                KeptCiphertext.open(request, folder.resolve(name + CIPHERTEXT)),
                uploader,
                transfers,
                received,
                clock);
        running.put(name, expansion);
        return expansion.takeOver(expansion.id());
    }

    private static String name(ClientName client, ExpansionRequest request) {
        byte[] both = (client.text() + " " + request.storageIndex()).getBytes(UTF_8);
        return Base32.encode(Digests.sha256(both)).substring(0, NAME_CHARACTERS);
    }

    private String newId() {
        var id = new byte[ID_BYTES];
        random.nextBytes(id);
        return Base32.encode(id);
    }

    private void checkPossible(ClientName client, ExpansionRequest request) throws FullException {
        long segment = (long) request.segmentBytes() / request.required() * request.total();
        if (segment > MOST_SEGMENT_BYTES) {
            throw refused(client, "a segment's blocks take " + segment + " bytes of memory, more than is given to one");
        }
        long ofClient = running.values().stream()
                .filter(other -> other.client().equals(client))
                .count();
        if (running.size() >= limits.count() || ofClient >= Math.max(1, limits.count() / 4)) {
            throw refused(client, running.size() + " expansions are under way, " + ofClient + " of them yours");
        }
    }

    private FullException refused(ClientName client, String why) {
        refusals.add(client, why);
        return new FullException(why);
    }

    /// What lies here of expansions that nobody goes on with makes room, the oldest first.
    private void makeRoom(ClientName client, ExpansionRequest request, String name) throws IOException {
        long ofClient = request.size();
        long needed = request.size();
        for (Expansion other : running.values()) {
            needed += other.request().size();
            ofClient += other.client().equals(client) ? other.request().size() : 0;
        }
        if (ofClient > limits.keptBytes() / 2 || needed > limits.keptBytes()) {
            throw refused(client, "there is no room for " + request.size() + " bytes of ciphertext");
        }
        long idle = 0;
        List<Idle> all = idle();
        for (Idle one : all) {
            idle += one.bytes();
        }
        for (Idle one : all) {
            if (needed + idle <= limits.keptBytes()) {
                break;
            }
            if (!one.name().equals(name)) {
                forget(one.name());
                idle -= one.bytes();
            }
        }
    }

    /// Ciphertext that nobody is sending more of.
    private record Idle(String name, Instant since, long bytes) {}

    /// The oldest first.
    private List<Idle> idle() throws IOException {
        List<Idle> all = new ArrayList<>();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                String bare = name.replaceFirst("\\.[a-z]+$", "");
                if (name.endsWith(CIPHERTEXT) && !running.containsKey(bare)) {
                    all.add(new Idle(bare, beginning(bare), Files.size(file)));
                }
            }
        }
        all.sort(Comparator.comparing(Idle::since));
        return all;
    }

    /// When the first of it arrived; the terms are written then and not touched again.
    private Instant beginning(String name) throws IOException {
        Path terms = folder.resolve(name + TERMS);
        return Files.exists(terms) ? Files.getLastModifiedTime(terms).toInstant() : Instant.EPOCH;
    }

    private void forgetUnlessContinued(String name, ExpansionRequest request) throws IOException {
        Path terms = folder.resolve(name + TERMS);
        if (!Files.exists(terms) || !continues(terms, request) || isTooOld(beginning(name))) {
            forget(name);
            Files.write(terms, HelperMessages.write(request));
        }
    }

    private static boolean continues(Path terms, ExpansionRequest request) {
        try {
            return HelperMessages.readRequest(Files.readAllBytes(terms)).continues(request);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("file", terms).log("kept ciphertext whose terms cannot be read is dropped");
            return false;
        }
    }

    private boolean isTooOld(Instant beginning) {
        return beginning.plus(limits.keptFor()).isBefore(clock.instant());
    }

    private void forget(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name + CIPHERTEXT));
        Files.deleteIfExists(folder.resolve(name + TERMS));
    }

    /// The expansion that a client knows by this id.
    synchronized Optional<Expansion> find(ClientName client, String id) {
        return running.values().stream()
                .filter(one -> one.client().equals(client) && one.id().equals(id))
                .findFirst();
    }

    /// Ends an expansion and drops its ciphertext.
    void drop(Expansion expansion) throws IOException {
        Optional<String> name = nameOf(expansion);
        if (name.isPresent()) {
            end(name.get(), expansion, true);
        }
    }

    private synchronized Optional<String> nameOf(Expansion expansion) {
        return running.entrySet().stream()
                .filter(entry -> entry.getValue() == expansion)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private synchronized void end(String name, Expansion expansion, boolean drop) throws IOException {
        expansion.stop();
        running.remove(name, expansion);
        expansion.kept().close();
        if (drop) {
            forget(name);
        }
    }

    private void watch() {
        try {
            long pause = Math.max(100, limits.silence().toMillis() / 4);
            while (!closed.await(pause, TimeUnit.MILLISECONDS)) {
                sweep();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.atError().setCause(e).log("kept ciphertext is not looked after any more");
        }
    }

    /// Ends what nobody goes on with, and drops what is too old or done with.
    private synchronized void sweep() throws IOException {
        Instant silent = clock.instant().minus(limits.silence());
        for (var one : Map.copyOf(running).entrySet()) {
            boolean tooOld = isTooOld(one.getValue().startedAt());
            if (tooOld || one.getValue().touchedAt().isBefore(silent)) {
                end(
                        one.getKey(),
                        one.getValue(),
                        tooOld || one.getValue().state().equals("placed"));
            }
        }
        for (Idle one : idle()) {
            if (isTooOld(one.since())) {
                forget(one.name());
            }
        }
    }

    /// Those under way, by when they began.
    synchronized List<Expansion> all() {
        return running.values().stream()
                .sorted(Comparator.comparing(Expansion::startedAt))
                .toList();
    }

    /// How much ciphertext lies here of clients that went away.
    record Kept(long files, long bytes, Optional<Instant> oldest) {}

    synchronized Kept kept() throws IOException {
        List<Idle> idle = idle();
        return new Kept(
                idle.size(),
                idle.stream().mapToLong(Idle::bytes).sum(),
                idle.stream().map(Idle::since).findFirst());
    }

    /// Bytes of ciphertext that arrived since the start.
    long receivedBytes() {
        return received.sum();
    }

    Limits limits() {
        return limits;
    }

    /// Ends all expansions; what has arrived stays for the next run.
    @Override
    public synchronized void close() {
        closed.countDown();
        for (var one : new TreeMap<>(running).entrySet()) {
            try {
                end(one.getKey(), one.getValue(), false);
            } catch (IOException e) {
                LOG.atDebug().setCause(e).log("an expansion was not ended in order");
            }
        }
    }
}
