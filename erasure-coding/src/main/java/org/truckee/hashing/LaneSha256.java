package org.truckee.hashing;

import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ROR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Sixteen messages at once, each in its lane of vectors of 512 bits (FIPS 180-4, section 6.2, on vectors for words);
/// a lane that is done with a message goes on with the next.
///
/// The methods that calculate are cut so that the compiler can inline all they call: of a second round in the loop of
/// [#rounds], for one, it would leave out the last calls, and be slower by a factor of ten or more. For the same
/// reason they must not be inlined together, and are called through [#STEPS]: a call that goes to three classes in
/// turn is never inlined. The Vector API is there only in a process started with `--add-modules
/// jdk.incubator.vector`; without it, this class fails to link.
final class LaneSha256 implements Sha256 {
    private static final VectorSpecies<Integer> WORDS = IntVector.SPECIES_512;
    private static final VectorSpecies<Byte> BYTES_512 = ByteVector.SPECIES_512;
    static final int LANES = 16;

    /// With fewer messages than this at once, one after the other is as fast.
    static final int ENOUGH = 10;

    private static final int BLOCK_BYTES = 64;
    private static final int LENGTH_BYTES = 8;
    private static final int ROUNDS = 64;
    private static final int BLOCK_WORDS = 16;

    private static final VectorShuffle<Byte> BIG_ENDIAN = VectorShuffle.fromOp(BYTES_512, i -> i ^ 3);
    private static final int[] START = lanes(Sha256Constants.START);
    private static final int[] ROUND = lanes(Sha256Constants.ROUND);

    // of two rows of a matrix, whose numbers differ in one bit, the elements that belong into the first or the second
    // row when this bit is exchanged with that of the column
    private static final IntVector FIRST_8 = exchanged(8, false);
    private static final IntVector SECOND_8 = exchanged(8, true);
    private static final IntVector FIRST_4 = exchanged(4, false);
    private static final IntVector SECOND_4 = exchanged(4, true);
    private static final IntVector FIRST_2 = exchanged(2, false);
    private static final IntVector SECOND_2 = exchanged(2, true);
    private static final IntVector FIRST_1 = exchanged(1, false);
    private static final IntVector SECOND_1 = exchanged(1, true);

    private interface Step {
        void take(byte[][] sources, int[] at, int[] words, int[] state);
    }

    /// What is done with a block of each message.
    private static final List<Step> STEPS = List.of(
            (sources, at, words, _) -> transpose(sources, at, words),
            (_, _, words, _) -> schedule(words),
            (_, _, words, state) -> rounds(words, state));

    private final Sha256 single = new JdkSha256();

    private LaneSha256() {}

    static Optional<Sha256> ifThere() {
        return IntVector.SPECIES_PREFERRED.length() < LANES ? Optional.empty() : Optional.of(new LaneSha256());
    }

    /// Each value in all lanes.
    private static int[] lanes(int[] values) {
        return IntStream.range(0, values.length * LANES)
                .map(i -> values[i / LANES])
                .toArray();
    }

    private static IntVector exchanged(int bit, boolean second) {
        var indexes = IntStream.range(0, LANES)
                .map(i -> (i & bit) == 0 ? (second ? i ^ bit : i) : LANES + (second ? i : i ^ bit))
                .toArray();
        return IntVector.fromArray(WORDS, indexes, 0);
    }

    @Override
    public byte[][] hash(List<Message> messages) {
        var hashes = new byte[messages.size()][];
        int[] blocks = messages.stream().mapToInt(Lane::blocks).toArray();
        LanePlan plan = LanePlan.of(blocks, LANES, ENOUGH);
        byte[][] single =
                this.single.hash(plan.alone().stream().map(messages::get).toList());
        for (int i = 0; i < single.length; i++) {
            hashes[plan.alone().get(i)] = single[i];
        }
        if (!plan.lanes().isEmpty()) {
            together(messages, plan.lanes(), hashes);
        }
        return hashes;
    }

    private static void together(List<Message> messages, List<List<Integer>> plan, byte[][] hashes) {
        int[] state = START.clone();
        var words = new int[ROUNDS * LANES];
        var sources = new byte[LANES][];
        var at = new int[LANES];
        List<Lane> lanes = IntStream.range(0, plan.size())
                .mapToObj(i -> new Lane(i, plan.get(i), messages, state, hashes))
                .toList();
        while (lanes.stream().anyMatch(Lane::isBusy)) {
            int ready = Integer.MAX_VALUE;
            Lane some = lanes.getFirst();
            for (Lane lane : lanes) {
                if (lane.isBusy()) {
                    ready = Math.min(ready, lane.ready());
                    some = lane;
                }
            }
            for (int i = 0; i < LANES; i++) {
                Lane lane = i < lanes.size() && lanes.get(i).isBusy() ? lanes.get(i) : some;
                sources[i] = lane.source();
                at[i] = lane.at();
            }
            for (int i = 0; i < ready; i++) {
                compress(sources, at, words, state);
            }
            for (Lane lane : lanes) {
                if (lane.isBusy()) {
                    lane.done(ready);
                }
            }
        }
    }

    private static void compress(byte[][] sources, int[] at, int[] words, int[] state) {
        for (Step step : STEPS) {
            step.take(sources, at, words, state);
        }
        for (int lane = 0; lane < LANES; lane++) {
            at[lane] += BLOCK_BYTES;
        }
    }

    /// The messages of one lane, one after the other. A message and its padding are cut to blocks of 64 bytes; those
    /// that stand in one piece of the message are read where they are, the others are put together.
    private static final class Lane {
        private final int number;
        private final Deque<Integer> queue;
        private final List<Message> messages;
        private final int[] state;
        private final byte[][] hashes;
        private final byte[] joined = new byte[BLOCK_BYTES];

        /// Bytes of the first message of the queue that are done.
        private int done;

        private byte[] source = joined;
        private int at;
        private int ready;

        /// @param hashes where to put the results
        Lane(int number, List<Integer> queue, List<Message> messages, int[] state, byte[][] hashes) {
            this.number = number;
            this.queue = new ArrayDeque<>(queue);
            this.messages = messages;
            this.state = state;
            this.hashes = hashes;
            if (isBusy()) {
                prepare();
            }
        }

        /// Blocks of a message and its padding.
        static int blocks(Message message) {
            return Math.ceilDiv(message.length() + 1 + LENGTH_BYTES, BLOCK_BYTES);
        }

        boolean isBusy() {
            return !queue.isEmpty();
        }

        /// So many blocks stand in [#source] from [#at] on.
        int ready() {
            return ready;
        }

        byte[] source() {
            return source;
        }

        int at() {
            return at;
        }

        private Message message() {
            return messages.get(queue.element());
        }

        /// So many blocks more have gone into the state.
        void done(int blocks) {
            done += blocks * BLOCK_BYTES;
            at += blocks * BLOCK_BYTES;
            ready -= blocks;
            if (done >= blocks(message()) * BLOCK_BYTES) {
                finish();
            }
            if (ready == 0 && isBusy()) {
                prepare();
            }
        }

        private void prepare() {
            Message message = message();
            int run = message.run(done);
            if (run >= BLOCK_BYTES) {
                source = message.pieceAt(done);
                at = message.placeInPiece(done);
                ready = run / BLOCK_BYTES;
            } else {
                join(message);
                source = joined;
                at = 0;
                ready = 1;
            }
        }

        private void join(Message message) {
            Arrays.fill(joined, (byte) 0);
            var block = ByteBuffer.wrap(joined);
            message.give(done, done + BLOCK_BYTES, block::put);
            int end = message.length() - done;
            if (end >= 0 && end < BLOCK_BYTES) {
                joined[end] = (byte) 0x80;
            }
            if (end + 1 + LENGTH_BYTES <= BLOCK_BYTES) {
                block.putLong(BLOCK_BYTES - LENGTH_BYTES, (long) message.length() * Byte.SIZE);
            }
        }

        private void finish() {
            var hash = ByteBuffer.allocate(BYTES);
            for (int word = number; word < state.length; word += LANES) {
                hash.putInt(state[word]);
                state[word] = START[word];
            }
            hashes[queue.remove()] = hash.array();
            done = 0;
        }
    }

    /// The big-endian words of a block of each source, so that vector `t` of `words` has word `t` of all.
    private static void transpose(byte[][] sources, int[] at, int[] words) {
        for (int lane = 0; lane < LANES; lane++) {
            ByteVector.fromArray(BYTES_512, sources[lane], at[lane])
                    .rearrange(BIG_ENDIAN)
                    .reinterpretAsInts()
                    .intoArray(words, lane * LANES);
        }
        for (int row = 0; row < 4; row++) {
            exchangeHighBits(words, row * LANES);
        }
        for (int row = 0; row < LANES; row += 4) {
            exchangeLowBits(words, row * LANES);
        }
    }

    private static void exchangeHighBits(int[] words, int at) {
        var row0 = IntVector.fromArray(WORDS, words, at);
        var row4 = IntVector.fromArray(WORDS, words, at + 4 * LANES);
        var row8 = IntVector.fromArray(WORDS, words, at + 8 * LANES);
        var row12 = IntVector.fromArray(WORDS, words, at + 12 * LANES);
        var a = FIRST_8.selectFrom(row0, row8);
        var b = FIRST_8.selectFrom(row4, row12);
        var c = SECOND_8.selectFrom(row0, row8);
        var d = SECOND_8.selectFrom(row4, row12);
        FIRST_4.selectFrom(a, b).intoArray(words, at);
        SECOND_4.selectFrom(a, b).intoArray(words, at + 4 * LANES);
        FIRST_4.selectFrom(c, d).intoArray(words, at + 8 * LANES);
        SECOND_4.selectFrom(c, d).intoArray(words, at + 12 * LANES);
    }

    private static void exchangeLowBits(int[] words, int at) {
        var row0 = IntVector.fromArray(WORDS, words, at);
        var row1 = IntVector.fromArray(WORDS, words, at + LANES);
        var row2 = IntVector.fromArray(WORDS, words, at + 2 * LANES);
        var row3 = IntVector.fromArray(WORDS, words, at + 3 * LANES);
        var a = FIRST_2.selectFrom(row0, row2);
        var b = FIRST_2.selectFrom(row1, row3);
        var c = SECOND_2.selectFrom(row0, row2);
        var d = SECOND_2.selectFrom(row1, row3);
        FIRST_1.selectFrom(a, b).intoArray(words, at);
        SECOND_1.selectFrom(a, b).intoArray(words, at + LANES);
        FIRST_1.selectFrom(c, d).intoArray(words, at + 2 * LANES);
        SECOND_1.selectFrom(c, d).intoArray(words, at + 3 * LANES);
    }

    /// Fills in the words behind the first sixteen.
    private static void schedule(int[] words) {
        for (int at = 0; at < (ROUNDS - BLOCK_WORDS) * LANES; at += LANES) {
            var w1 = IntVector.fromArray(WORDS, words, at + LANES);
            var w14 = IntVector.fromArray(WORDS, words, at + 14 * LANES);
            var s0 = xor(right(w1, 7), right(w1, 18), w1.lanewise(LSHR, 3));
            var s1 = xor(right(w14, 17), right(w14, 19), w14.lanewise(LSHR, 10));
            s0.add(s1)
                    .add(IntVector.fromArray(WORDS, words, at))
                    .add(IntVector.fromArray(WORDS, words, at + 9 * LANES))
                    .intoArray(words, at + BLOCK_WORDS * LANES);
        }
    }

    private static void rounds(int[] words, int[] state) {
        var a = word(state, 0);
        var b = word(state, 1);
        var c = word(state, 2);
        var d = word(state, 3);
        var e = word(state, 4);
        var f = word(state, 5);
        var g = word(state, 6);
        var h = word(state, 7);
        for (int t = 0; t < ROUNDS; t++) {
            var t1 = h.add(word(words, t).add(word(ROUND, t)))
                    .add(choose(e, f, g))
                    .add(sum1(e));
            var t2 = sum0(a).add(majority(a, b, c));
            h = g;
            g = f;
            f = e;
            e = d.add(t1);
            d = c;
            c = b;
            b = a;
            a = t1.add(t2);
        }
        addTo(state, 0, a);
        addTo(state, 1, b);
        addTo(state, 2, c);
        addTo(state, 3, d);
        addTo(state, 4, e);
        addTo(state, 5, f);
        addTo(state, 6, g);
        addTo(state, 7, h);
    }

    private static IntVector word(int[] vectors, int index) {
        return IntVector.fromArray(WORDS, vectors, index * LANES);
    }

    private static void addTo(int[] state, int index, IntVector vector) {
        word(state, index).add(vector).intoArray(state, index * LANES);
    }

    private static IntVector choose(IntVector e, IntVector f, IntVector g) {
        return e.and(f.lanewise(XOR, g)).lanewise(XOR, g);
    }

    private static IntVector majority(IntVector a, IntVector b, IntVector c) {
        return a.and(b).or(c.and(a.or(b)));
    }

    private static IntVector sum0(IntVector a) {
        return xor(right(a, 2), right(a, 13), right(a, 22));
    }

    private static IntVector sum1(IntVector e) {
        return xor(right(e, 6), right(e, 11), right(e, 25));
    }

    private static IntVector right(IntVector x, int bits) {
        return x.lanewise(ROR, bits);
    }

    private static IntVector xor(IntVector a, IntVector b, IntVector c) {
        return a.lanewise(XOR, b).lanewise(XOR, c);
    }

    @Override
    public String toString() {
        return "sixteen at once";
    }
}
