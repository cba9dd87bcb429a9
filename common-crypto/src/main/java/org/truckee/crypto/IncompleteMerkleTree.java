package org.truckee.crypto;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A hash tree of which the root is known and the rest arrives from people who may lie. Every hash it holds is proven:
/// it leads to the root together with others it holds. Nodes are numbered as in [MerkleTree].
/// Not safe for use by several threads at once.
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

    private final int leaves;
    private final byte[] @Nullable [] nodes;

    /// For a tree over `leaves` leaves whose root came from where it can be believed.
    public IncompleteMerkleTree(int leaves, byte[] root) {
        this.leaves = leaves;
        this.nodes = new byte[MerkleTree.size(leaves)][];
        nodes[0] = root.clone();
    }

    /// Number of nodes, inner and filler ones included.
    public int size() {
        return nodes.length;
    }

    /// The number of the node that is leaf `leaf`.
    public int leafNode(int leaf) {
        if (leaf < 0 || leaf >= leaves) {
            throw new IllegalArgumentException("leaf " + leaf + " of " + leaves);
        }
        return nodes.length / 2 + leaf;
    }

    /// The proven hash of leaf `leaf`, if it is held.
    public Optional<byte[]> leaf(int leaf) {
        return Optional.ofNullable(nodes[leafNode(leaf)]).map(byte[]::clone);
    }

    /// The node numbers, ascending, of which the hashes must be added to prove leaf `leaf`: its own and those of
    /// siblings on the way up that are not held; none if it is proven already.
    public List<Integer> needed(int leaf) {
        var needed = new ArrayList<Integer>();
        for (int node = leafNode(leaf); nodes[node] == null; node = MerkleTree.parent(node)) {
            if (node == leafNode(leaf)) {
                needed.add(node);
            }
            if (nodes[MerkleTree.sibling(node)] == null) {
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
            if (hash.getKey() < 0
                    || hash.getKey() >= nodes.length
                    || contradicts(pending, hash.getKey(), hash.getValue())) {
                return Addition.FALSE;
            }
        }
        var proven = new TreeMap<Integer, byte[]>();
        while (!pending.isEmpty() && pending.lastKey() > 0) {
            int node = pending.lastKey();
            int sibling = MerkleTree.sibling(node);
            byte[] other = pending.getOrDefault(sibling, nodes[sibling]);
            if (other == null) {
                return Addition.INCOMPLETE;
            }
            byte[] hash = Objects.requireNonNull(pending.remove(node));
            pending.remove(sibling);
            proven.put(node, hash);
            proven.put(sibling, other);
            byte[] parent = node < sibling ? Tag.MERKLE_NODE.pair(hash, other) : Tag.MERKLE_NODE.pair(other, hash);
            if (contradicts(pending, MerkleTree.parent(node), parent)) {
                return Addition.FALSE;
            }
        }
        proven.forEach((node, hash) -> nodes[node] = hash.clone());
        return Addition.PROVEN;
    }

    /// Notes `hash` among the pending ones if its node is not held; says whether another value is held or pending.
    private boolean contradicts(Map<Integer, byte[]> pending, int node, byte[] hash) {
        byte[] known = nodes[node] != null ? nodes[node] : pending.putIfAbsent(node, hash);
        return known != null && !MessageDigest.isEqual(known, hash);
    }
}
