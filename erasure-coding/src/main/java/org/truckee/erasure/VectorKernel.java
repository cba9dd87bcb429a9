package org.truckee.erasure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorSpecies;

/// Multiplies by table look-up with the incubating Vector API: cuts the matrix to pieces that a [ShuffleLoop] can
/// keep in registers.
///
/// The Vector API is there only in a process started with `--add-modules jdk.incubator.vector`; without it, this
/// class fails to link ([Kernels]).
final class VectorKernel implements Kernel {
    /// Bytes of a block that are worked on at a time: all blocks of most codes stay in the first-level cache.
    private static final int TILE_BYTES = 2048;

    private final String name;
    private final ShuffleLoop loop;

    /// By the number of blocks in, from two on, and out, from one on. Made once, since the JVM writes code for every
    /// handle that is called more than a hundred times.
    private final MethodHandle[][] multiplications;

    @SuppressWarnings("UnusedVariable") // written only, so that the compiler does not leave out the loads of #touch
    private int touched;

    private VectorKernel(String name, ShuffleLoop loop) {
        this.name = name;
        this.loop = loop;
        this.multiplications = IntStream.rangeClosed(2, ShuffleLoop.MAX_IN)
                .mapToObj(in -> IntStream.rangeClosed(1, loop.maxOut())
                        .mapToObj(out -> loop.multiplication(in, out))
                        .toArray(MethodHandle[]::new))
                .toArray(MethodHandle[][]::new);
    }

    /// Those for vectors that this machine has, widest first.
    static Stream<Kernel> all() {
        Stream<VectorSpecies<Byte>> sizes =
                Stream.of(ByteVector.SPECIES_512, ByteVector.SPECIES_256, ByteVector.SPECIES_128);
        Stream<Kernel> nibbles = sizes.filter(VectorKernel::isThere).map(VectorKernel::nibbles);
        return isThere(ByteVector.SPECIES_512)
                ? Stream.concat(Stream.of(new VectorKernel("sextets, 512 bits", new SextetLoop())), nibbles)
                : nibbles;
    }

    private static boolean isThere(VectorSpecies<Byte> species) {
        return species.length() <= ByteVector.SPECIES_PREFERRED.length();
    }

    private static Kernel nibbles(VectorSpecies<Byte> species) {
        var name = "NibbleLoop.class";
        try (var code = NibbleLoop.class.getResourceAsStream(name)) {
            if (code == null) {
                throw new IllegalStateException("no " + name + " beside " + NibbleLoop.class);
            }
            var constructor = MethodHandles.lookup()
                    .defineHiddenClassWithClassData(code.readAllBytes(), species, true)
                    .lookupClass()
                    .getDeclaredConstructor();
            return new VectorKernel(
                    "nibbles, " + species.vectorBitSize() + " bits", (ShuffleLoop) constructor.newInstance());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("NibbleLoop has a constructor without parameters", e);
        }
    }

    @Override
    public Product prepare(int[][] rows) {
        List<Piece> pieces = new ArrayList<>();
        int width = rows[0].length;
        for (int first = 0; first < width; ) {
            int left = width - first;
            int in = left == 4 ? 2 : Math.min(left, ShuffleLoop.MAX_IN); // never one alone, if there are others
            for (int row = 0; row < rows.length; ) {
                int out = pieceOf(rows.length - row, loop.maxOut());
                pieces.add(new Piece(rows, first, in, row, out));
                row += out;
            }
            first += in;
        }
        return (in, out, from, to) -> {
            for (int at = from; at < to; at += TILE_BYTES) {
                int end = Math.min(to, at + TILE_BYTES);
                touch(out, at, end);
                for (var piece : pieces) {
                    piece.multiply(in, out, at, end);
                }
            }
        };
    }

    /// So many of `left`, at most `max`, that the pieces are of about the same size.
    private static int pieceOf(int left, int max) {
        int pieces = Math.ceilDiv(left, max);
        return Math.ceilDiv(left, pieces);
    }

    /// Brings the memory that will be written into the first-level cache: stores that cross the border of cache
    /// lines, as most of 64 bytes do, run at a third of the speed where they have to wait for it in turn.
    private void touch(byte[][] out, int from, int to) {
        int sum = 0;
        for (byte[] block : out) {
            for (int at = from; at < to; at += STEP) {
                sum += block[at];
            }
        }
        touched = sum;
    }

    @Override
    public String toString() {
        return name;
    }

    /// Some rows and columns of a matrix.
    private final class Piece {
        private final MethodHandle multiplication;
        private final byte[] tables;
        private final int[] columns;
        private final int[] rows;

        Piece(int[][] matrix, int column, int in, int row, int out) {
            boolean alone = in == 1; // counted twice, the second time with coefficient 0
            this.columns = alone
                    ? new int[] {column, column}
                    : IntStream.range(column, column + in).toArray();
            this.rows = IntStream.range(row, row + out).toArray();
            this.multiplication = multiplications[columns.length - 2][out - 1];
            this.tables = loop.tables(Arrays.stream(matrix, row, row + out)
                    .map(all -> Arrays.copyOf(Arrays.copyOfRange(all, column, column + in), columns.length))
                    .toArray(int[][]::new));
        }

        void multiply(byte[][] in, byte[][] out, int from, int to) {
            try {
                multiplication.invokeExact(tables, chosen(in, columns), chosen(out, rows), columns[0] > 0, from, to);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError("multiplications throw nothing else", e);
            }
        }

        private static byte[][] chosen(byte[][] blocks, int[] indexes) {
            var chosen = new byte[indexes.length][];
            for (int i = 0; i < indexes.length; i++) {
                chosen[i] = blocks[indexes[i]];
            }
            return chosen;
        }
    }
}
