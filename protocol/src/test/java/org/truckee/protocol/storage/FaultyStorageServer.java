package org.truckee.protocol.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.UploadSecret;
import org.truckee.crypto.WriteEnabler;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.http.Unreachable;
import org.truckee.protocol.storage.Fault.Applied;

/// A storage server with another one behind it, and faults between the two. Without faults it is like the other one.
///
/// ```
/// faulty.inject(new Drop(UNHEARD), Schedule.nth(2), Call.READ_TEST_WRITE);
/// faulty.inject(new Flip(100), Schedule.seeded(7, 30), Call.READ);
/// ```
public final class FaultyStorageServer implements StorageServer {
    /// The calls of a storage server.
    public enum Call {
        VERSION,
        ALLOCATE,
        WRITE,
        ABORT,
        LIST,
        READ,
        ADVISE_CORRUPT,
        RENEW_LEASE,
        READ_TEST_WRITE
    }

    private static final class Rule {
        private final Fault fault;
        private final Schedule schedule;
        private final Set<Call> calls;
        private int seen;

        Rule(Fault fault, Schedule schedule, Set<Call> calls) {
            this.fault = fault;
            this.schedule = schedule;
            this.calls = calls;
        }

        boolean strikes(Call call) {
            return calls.contains(call) && schedule.strikes(++seen);
        }
    }

    private final StorageServer behind;
    private final List<Call> history = new CopyOnWriteArrayList<>();

    /// Guarded by itself, as are the counters inside.
    private final List<Rule> rules = new ArrayList<>();

    /// Whoever hangs waits here for the next generation.
    private final Object silence = new Object();

    private int generation;
    private int hanging;

    public FaultyStorageServer(StorageServer behind) {
        this.behind = behind;
    }

    /// From now on `fault` strikes the calls (none named: all kinds) that `schedule` picks among them, counted
    /// together. Where several faults strike one call, the one injected first does.
    public void inject(Fault fault, Schedule schedule, Call... calls) {
        Set<Call> among = calls.length == 0 ? EnumSet.allOf(Call.class) : EnumSet.copyOf(List.of(calls));
        synchronized (rules) {
            rules.add(new Rule(fault, schedule, among));
        }
    }

    /// From now on no fault strikes; calls that hang go on doing so.
    public void heal() {
        synchronized (rules) {
            rules.clear();
        }
    }

    /// Ends the silence of all calls that hang: their connections are lost.
    public void release() {
        synchronized (silence) {
            generation++;
            silence.notifyAll();
        }
    }

    /// How many calls and reads hang at the moment.
    public int hanging() {
        synchronized (silence) {
            return hanging;
        }
    }

    /// All calls so far, struck or not, in the order in which they came.
    public List<Call> calls() {
        return List.copyOf(history);
    }

    private Optional<Fault> strike(Call call) {
        history.add(call);
        synchronized (rules) {
            // every rule counts every call of its kinds
            List<Rule> struck =
                    rules.stream().filter(rule -> rule.strikes(call)).toList();
            return struck.stream().findFirst().map(rule -> rule.fault);
        }
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    /// What becomes of the bytes of an answer.
    private interface Damage<T> {
        T done(T answer, Fault.OfBytes fault) throws IOException;
    }

    private <T> T call(Call call, Work<T> work) throws IOException {
        return call(call, work, (answer, _) -> answer);
    }

    private <T> T call(Call call, Work<T> work, Damage<T> damage) throws IOException {
        Optional<Fault> struck = strike(call);
        if (struck.isEmpty()) {
            return work.run();
        }
        switch (struck.get()) {
            case Fault.Refuse _ -> throw Unreachable.refused();
            case Fault.Drop(Applied applied) -> {
                apply(applied, work);
                throw lost();
            }
            case Fault.Hang(Applied applied) -> {
                apply(applied, work);
                throw hang();
            }
            case Fault.Delay(var duration) -> {
                try {
                    Thread.sleep(duration); // the fault
                } catch (InterruptedException e) {
                    throw interrupted();
                }
                return work.run();
            }
            case Fault.OfBytes fault -> {
                return damage.done(work.run(), fault);
            }
        }
    }

    private static <T> void apply(Applied applied, Work<T> work) throws IOException {
        if (applied == Applied.NOT) {
            return;
        }
        T answer = work.run();
        if (answer instanceof Optional<?> read && read.isPresent() && read.get() instanceof ByteStream unheard) {
            unheard.close();
        }
    }

    private static IOException lost() {
        return new IOException("the connection was lost");
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while waiting for an answer");
    }

    private IOException hang() {
        synchronized (silence) {
            int before = generation;
            hanging++;
            try {
                while (generation == before) {
                    silence.wait();
                }
                return lost();
            } catch (InterruptedException e) {
                return interrupted();
            } finally {
                hanging--;
            }
        }
    }

    @Override
    public ServerVersion version() throws IOException {
        return call(Call.VERSION, behind::version);
    }

    @Override
    public Allocation allocate(
            StorageIndex storageIndex, Set<Integer> shares, long shareBytes, UploadSecret upload, LeaseSecrets lease)
            throws IOException {
        return call(Call.ALLOCATE, () -> behind.allocate(storageIndex, shares, shareBytes, upload, lease));
    }

    @Override
    public WriteAnswer write(StorageIndex storageIndex, int share, UploadSecret upload, long offset, ByteStream data)
            throws IOException {
        return call(Call.WRITE, () -> behind.write(storageIndex, share, upload, offset, data));
    }

    @Override
    public AbortAnswer abort(StorageIndex storageIndex, int share, UploadSecret upload) throws IOException {
        return call(Call.ABORT, () -> behind.abort(storageIndex, share, upload));
    }

    @Override
    public Set<Integer> list(ShareKind kind, StorageIndex storageIndex) throws IOException {
        return call(Call.LIST, () -> behind.list(kind, storageIndex));
    }

    @Override
    public Optional<ByteStream> read(ShareKind kind, StorageIndex storageIndex, int share, long offset, long length)
            throws IOException {
        return call(Call.READ, () -> behind.read(kind, storageIndex, share, offset, length), this::damaged);
    }

    private Optional<ByteStream> damaged(Optional<ByteStream> answer, Fault.OfBytes fault) {
        return answer.map(whole -> new Damaged(whole, fault));
    }

    @Override
    public boolean adviseCorrupt(ShareKind kind, StorageIndex storageIndex, int share, String reason)
            throws IOException {
        return call(Call.ADVISE_CORRUPT, () -> behind.adviseCorrupt(kind, storageIndex, share, reason));
    }

    @Override
    public boolean renewLease(StorageIndex storageIndex, LeaseSecrets lease) throws IOException {
        return call(Call.RENEW_LEASE, () -> behind.renewLease(storageIndex, lease));
    }

    @Override
    public ReadTestWriteAnswer readTestWrite(
            StorageIndex storageIndex,
            WriteEnabler writeEnabler,
            LeaseSecrets lease,
            Map<Integer, TestAndWrite> shares,
            List<ReadVector> reads)
            throws IOException {
        return call(
                Call.READ_TEST_WRITE,
                () -> behind.readTestWrite(storageIndex, writeEnabler, lease, shares, reads),
                this::damaged);
    }

    private ReadTestWriteAnswer damaged(ReadTestWriteAnswer answer, Fault.OfBytes fault) throws IOException {
        return switch (answer) {
            case ReadTestWriteAnswer.Tested tested -> {
                var data = new TreeMap<Integer, List<ByteBuffer>>();
                for (var share : tested.data().entrySet()) {
                    var pieces = new ArrayList<ByteBuffer>();
                    for (ByteBuffer piece : share.getValue()) {
                        pieces.add(ByteBuffer.wrap(new Damaged(ByteStream.of(piece), fault).readAll()));
                    }
                    data.put(share.getKey(), pieces);
                }
                yield new ReadTestWriteAnswer.Tested(tested.written(), data);
            }
            case ReadTestWriteAnswer.WrongWriteEnabler _, ReadTestWriteAnswer.NoRoom _ -> answer;
        };
    }

    /// The bytes of a read, with one of the faults that concern them.
    private final class Damaged implements ByteStream {
        private final ByteStream whole;
        private final Fault.OfBytes fault;
        private long at;

        Damaged(ByteStream whole, Fault.OfBytes fault) {
            this.whole = whole;
            this.fault = fault;
        }

        @Override
        public long length() {
            return fault instanceof Fault.Shorten(long bytes) ? Math.min(bytes, whole.length()) : whole.length();
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (at == end()) {
                return atEnd();
            }
            int start = target.position();
            int limit = target.limit();
            target.limit(start + (int) Math.min(limit - start, end() - at));
            int read = whole.read(target);
            target.limit(limit);
            if (fault instanceof Fault.Flip(long bit) && bit / 8 >= at && bit / 8 < at + read) {
                int flipped = start + (int) (bit / 8 - at);
                target.put(flipped, (byte) (target.get(flipped) ^ 1 << bit % 8));
            }
            at += Math.max(0, read);
            return read;
        }

        /// How far the bytes may come.
        private long end() {
            return switch (fault) {
                case Fault.Shorten(long bytes) -> bytes;
                case Fault.Cut(long bytes) -> bytes;
                case Fault.Stall(long bytes) -> bytes;
                case Fault.Flip _ -> Long.MAX_VALUE;
            };
        }

        private int atEnd() throws IOException {
            return switch (fault) {
                case Fault.Shorten _, Fault.Flip _ -> -1;
                case Fault.Cut _ -> throw lost();
                case Fault.Stall _ -> throw hang();
            };
        }

        @Override
        public boolean isOpen() {
            return whole.isOpen();
        }

        @Override
        public void close() throws IOException {
            whole.close();
        }
    }

    /// Names the calls that came, for messages of tests that counted wrong.
    @Override
    public String toString() {
        return history.stream()
                .collect(Collectors.groupingBy(call -> call, Collectors.counting()))
                .toString();
    }
}
