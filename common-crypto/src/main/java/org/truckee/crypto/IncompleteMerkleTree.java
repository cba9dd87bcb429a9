package org.truckee.crypto;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A hash tree of which the root is known and the rest arrives from people who may lie. Every hash it holds is proven:
/// it leads to the root together with others that it was given. Nodes are numbered as in [MerkleTree].
///
/// Of a large tree it holds a bounded part: when that is full, all but the nodes near the root are dropped, to be asked
/// for again. Not safe for use by several threads at once.
public final class IncompleteMerkleTree {
    /// What became of an attempt to add hashes.
    public enum Addition {
        /// They lead to the root and are held now.
        PROVEN,
        /// Without further hashes nothing can be said about them; none is held.
        INCOMPLETE,
        /// They contradict the root or each other; none is held.
        FALSE
    }

    /// Enough for files of 2 GiB in segments of 1 MiB.
    private static final int MAX_HELD = 4096;

    /// Nodes below this number stay.
    private static final int NEAR_ROOT = 511;

    private final int leaves;
    private final int size;
    private final Map<Integer, byte[]> held = new HashMap<>();
    private final MerkleNodeHasher hasher = new MerkleNodeHasher();

    /// For a tree over `leaves` leaves whose root came from where it can be believed.
    public IncompleteMerkleTree(int leaves, byte[] root) {
        this.leaves = leaves;
        this.size = MerkleTree.size(leaves);
        held.put(0, root.clone());
    }

    /// Number of nodes, inner and filler ones included.
    public int size() {
        return size;
    }

    /// The number of the node that is leaf `leaf`.
    public int leafNode(int leaf) {
        if (leaf < 0 || leaf >= leaves) {
            throw new IllegalArgumentException("leaf " + leaf + " of " + leaves);
        }
        return size / 2 + leaf;
    }

    /// The proven hash of leaf `leaf`, if it is held.
    public Optional<byte[]> leaf(int leaf) {
        return Optional.ofNullable(held.get(leafNode(leaf))).map(byte[]::clone);
    }

    /// The node numbers, ascending, of which the hashes must be added to prove leaf `leaf`: its own and those of
    /// siblings on the way up that are not held; none if it is proven already.
    public List<Integer> needed(int leaf) {
        var needed = new ArrayList<Integer>();
        for (int node = leafNode(leaf); !held.containsKey(node); node = MerkleTree.parent(node)) {
            if (node == leafNode(leaf)) {
                needed.add(node);
            }
            if (!held.containsKey(MerkleTree.sibling(node))) {
                needed.add(MerkleTree.sibling(node));
            }
        }
        needed.sort(null);
        return needed;
    }

    /// Adds all of `hashes` (node number to 32 bytes), or none.
    public Addition add(Map<Integer, byte[]> hashes) {
        var pending = new TreeMap<Integer, byte[]>();
        for (var hash : hashes.entrySet()) {
            boolean outside = hash.getKey() < 0 || hash.getKey() >= size;
            if (outside || contradicts(pending, hash.getKey(), hash.getValue())) {
                return Addition.FALSE;
            }
        }
        var proven = new HashMap<Integer, byte[]>();
        while (!pending.isEmpty() && pending.lastKey() > 0) {
            int node = pending.lastKey();
            int sibling = MerkleTree.sibling(node);
            byte[] hash = Objects.requireNonNull(pending.remove(node));
            byte[] other = either(pending.remove(sibling), held.get(sibling));
            if (other == null) {
                return Addition.INCOMPLETE;
            }
            proven.put(node, hash);
            proven.put(sibling, other);
            byte[] parent = node < sibling ? hasher.parent(hash, other) : hasher.parent(other, hash);
            if (contradicts(pending, MerkleTree.parent(node), parent)) {
                return Addition.FALSE;
            }
        }
        hold(proven);
        return Addition.PROVEN;
    }

    private static byte @Nullable [] either(byte @Nullable [] one, byte @Nullable [] other) {
        return one == null ? other : one;
    }

    /// Notes `hash` among the pending ones if its node is not held; says whether another value is held or pending.
    private boolean contradicts(Map<Integer, byte[]> pending, int node, byte[] hash) {
        byte[] known = either(held.get(node), pending.get(node));
        if (known == null) {
            pending.put(node, hash);
        }
        return known != null && !MessageDigest.isEqual(known, hash);
    }

    private void hold(Map<Integer, byte[]> proven) {
        if (held.size() + proven.size() > MAX_HELD) {
            held.keySet().removeIf(node -> node >= NEAR_ROOT);
        }
        proven.forEach((node, hash) -> held.put(node, hash.clone()));
    }
}
