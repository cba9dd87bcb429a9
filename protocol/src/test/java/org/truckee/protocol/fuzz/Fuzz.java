package org.truckee.protocol.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/// Feeds a parser with mutated inputs. It may accept, or throw the exception that it declares; anything else fails,
/// and so does taking more memory than the input justifies.
public final class Fuzz {
    /// Reads foreign bytes.
    @FunctionalInterface
    public interface Parser {
        void parse(byte[] input) throws Exception;
    }

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Fuzz() {}

    /// `bytesPerByte` and a constant megabyte bound what one input may make the parser allocate.
    public static void run(
            long seed,
            int rounds,
            List<byte[]> originals,
            int bytesPerByte,
            Class<? extends Exception> declared,
            Parser parser) {
        originals.forEach(original -> warmUp(original, declared, parser));
        var mutations = new Mutations(originals, new Random(seed));
        for (int round = 0; round < rounds; round++) {
            byte[] input = mutations.next();
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                parser.parse(input.clone());
            } catch (Exception e) {
                if (!declared.isInstance(e)) {
                    throw new AssertionError(describe(seed, round, input) + " gave " + e, e);
                }
            } catch (StackOverflowError | OutOfMemoryError e) {
                throw new AssertionError(describe(seed, round, input) + " gave " + e, e);
            }
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            if (allocated > (1L << 20) + (long) bytesPerByte * input.length) {
                throw new AssertionError(describe(seed, round, input) + " made it allocate " + allocated + " bytes");
            }
        }
    }

    /// Classes are loaded and tables made by the first call, whatever its input.
    private static void warmUp(byte[] original, Class<? extends Exception> declared, Parser parser) {
        try {
            parser.parse(original.clone());
        } catch (Exception e) {
            if (!declared.isInstance(e)) {
                throw new AssertionError("the original gave " + e, e);
            }
        }
    }

    private static String describe(long seed, int round, byte[] input) {
        String hex = HexFormat.of().formatHex(input, 0, Math.min(input.length, 300));
        return "seed " + seed + ", round " + round + ", " + input.length + " bytes " + hex;
    }
}
