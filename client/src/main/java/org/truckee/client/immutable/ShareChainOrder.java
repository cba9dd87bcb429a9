package org.truckee.client.immutable;

import java.util.Arrays;
import java.util.List;

/// The order in which Tahoe-LAFS writes the records of a share hash chain. Readers accept any; Tahoe's is the order in
/// which CPython iterates a set of the node numbers, and we follow it so that equal files give equal shares.
///
/// Such a set is a table of open addresses. A number is put at the first free of up to ten neighbouring slots,
/// beginning at its low bits, else the search goes on at a place that depends on its higher bits. When three fifths
/// are used, the numbers move, in slot order, to a table of more than four times their count.
final class ShareChainOrder {
    private static final int FIRST_SLOTS = 8;
    private static final int NEIGHBOURS = 9;
    private static final int SHIFT = 5;
    private static final int EMPTY = -1;

    private int[] slots = emptyTable(FIRST_SLOTS);
    private int used;

    private ShareChainOrder() {}

    /// The node numbers of a chain, given from the leaf's sibling up to the root's child and then the leaf.
    static int[] of(List<Integer> nodes) {
        var table = new ShareChainOrder();
        nodes.forEach(table::insert);
        return table.inOrder();
    }

    private void insert(int node) {
        put(slots, node);
        used++;
        if (used * 5 >= (slots.length - 1) * 3) {
            int size = FIRST_SLOTS;
            while (size <= used * 4) {
                size *= 2;
            }
            int[] larger = emptyTable(size);
            for (int moved : inOrder()) {
                put(larger, moved);
            }
            slots = larger;
        }
    }

    private int[] inOrder() {
        return Arrays.stream(slots).filter(node -> node != EMPTY).toArray();
    }

    private static void put(int[] table, int node) {
        int mask = table.length - 1;
        int perturbation = node;
        int at = node & mask;
        while (true) {
            int last = at + NEIGHBOURS <= mask ? at + NEIGHBOURS : at;
            for (int slot = at; slot <= last; slot++) {
                if (table[slot] == EMPTY) {
                    table[slot] = node;
                    return;
                }
            }
            perturbation >>= SHIFT;
            at = (at * 5 + 1 + perturbation) & mask;
        }
    }

    private static int[] emptyTable(int size) {
        var table = new int[size];
        Arrays.fill(table, EMPTY);
        return table;
    }
}
