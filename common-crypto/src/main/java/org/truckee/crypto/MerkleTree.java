package org.truckee.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// A complete binary hash tree, for those who have all leaves.
///
/// The nodes are numbered in heap order: the root is 0, the children of `i` are `2i+1` and `2i+2`. The leaf count is
/// filled up to a power of two P with hashes of the leaf's number, so leaf `j` is node `P-1+j`.
/// (Tahoe-LAFS `docs/specifications/file-encoding.rst`.)
public final class MerkleTree {
    private static final int BYTES = Hash.BYTES;

    private final ByteBuffer nodes;
    private final int leaves;

    private MerkleTree(ByteBuffer nodes, int leaves) {
        this.nodes = nodes;
        this.leaves = leaves;
    }

    /// Over the given leaves, 32 bytes each, used as they are. Without any the tree is one filler leaf.
    public static MerkleTree over(List<byte[]> leaves) {
        var all = ByteBuffer.allocate(leaves.size() * BYTES);
        leaves.forEach(all::put);
        return over(all.flip(), ByteBuffer.allocate(size(leaves.size()) * BYTES));
    }

    /// Over the leaves that stand one after the other in `leaves`. The tree is kept in `room`, which has
    /// [#size] times 32 bytes and belongs to it from now on.
    public static MerkleTree over(ByteBuffer leaves, ByteBuffer room) {
        int count = leaves.remaining() / BYTES;
        int width = width(count);
        if (room.capacity() != size(count) * BYTES) {
            throw new IllegalArgumentException(count + " leaves do not make a tree of " + room.capacity() + " bytes");
        }
        room.put((width - 1) * BYTES, leaves, leaves.position(), count * BYTES);
        for (int j = count; j < width; j++) {
            room.put((width - 1 + j) * BYTES, filler(j));
        }
        var hasher = new MerkleNodeHasher();
        for (int i = width - 2; i >= 0; i--) {
            room.put(i * BYTES, hasher.parent(node(room, 2 * i + 1), node(room, 2 * i + 2)));
        }
        return new MerkleTree(room.clear(), count);
    }

    private static byte[] node(ByteBuffer nodes, int index) {
        var node = new byte[BYTES];
        nodes.get(index * BYTES, node);
        return node;
    }

    public byte[] root() {
        return node(0);
    }

    public byte[] node(int index) {
        return node(nodes, index);
    }

    /// Number of nodes, inner and filler ones included.
    public int size() {
        return nodes.capacity() / BYTES;
    }

    /// All nodes in order.
    public ByteBuffer toBytes() {
        return nodes.asReadOnlyBuffer().clear();
    }

    /// The number of the node that is leaf `leaf`.
    public int leafNode(int leaf) {
        if (leaf < 0 || leaf >= leaves) {
            throw new IllegalArgumentException("leaf " + leaf + " of " + leaves);
        }
        return size() / 2 + leaf;
    }

    /// The node numbers, ascending, that together with leaf `leaf` give the root: the sibling of every node on its way
    /// up.
    public List<Integer> siblings(int leaf) {
        var siblings = new ArrayList<Integer>();
        for (int node = leafNode(leaf); node > 0; node = parent(node)) {
            siblings.add(sibling(node));
        }
        siblings.sort(null);
        return siblings;
    }

    /// Number of nodes of a tree over `leaves` leaves.
    public static int size(int leaves) {
        return 2 * width(leaves) - 1;
    }

    static int width(int leaves) {
        return leaves <= 1 ? 1 : Integer.highestOneBit(leaves - 1) << 1;
    }

    static int parent(int node) {
        return (node - 1) / 2;
    }

    static int sibling(int node) {
        return node % 2 == 1 ? node + 1 : node - 1;
    }

    static byte[] filler(int leaf) {
        return Tag.MERKLE_EMPTY_LEAF.hash(Integer.toString(leaf).getBytes(US_ASCII));
    }
}
