package org.truckee.client.share;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.truckee.crypto.Hash;
import org.truckee.protocol.storage.ByteRange;

/// A hash tree as it stands in a share: 32 bytes per node, root first. None of it is proven.
/// Not safe for use by several threads at once.
public final class StoredTree {
    /// Up to this size a tree is read whole and kept, which costs less than a second question.
    private static final int SMALL_BYTES = 64 << 10;

    private static final int PAGE_BYTES = 4096;
    private static final int MOST_PAGES = 64;

    private final ShareSource source;
    private final long offset;
    private final int bytes;
    private byte @Nullable [] kept;

    /// Of a large tree, the pages that were used last.
    private final Map<Integer, byte[]> pages = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, byte[]> eldest) {
            return size() > MOST_PAGES;
        }
    };

    public StoredTree(ShareSource source, long offset, int nodes) {
        this.source = source;
        this.offset = offset;
        this.bytes = Math.multiplyExact(nodes, Hash.BYTES);
    }

    /// Where in the share these nodes stand, and what is between them.
    public ByteRange range(List<Integer> nodes) {
        return nodes.isEmpty()
                ? new ByteRange(offset, offset + bytes)
                : new ByteRange(
                        offset + (long) nodes.getFirst() * Hash.BYTES, offset + (nodes.getLast() + 1L) * Hash.BYTES);
    }

    /// The hashes at these nodes, which are in ascending order; empty if the share ends before one of them.
    public Optional<Map<Integer, byte[]>> read(List<Integer> nodes) throws IOException {
        var hashes = new HashMap<Integer, byte[]>();
        for (int node : nodes) {
            if (!hashes.containsKey(node) && !readWithSibling(node, hashes)) {
                return Optional.empty();
            }
        }
        hashes.keySet().retainAll(nodes);
        return Optional.of(hashes);
    }

    private boolean readWithSibling(int node, Map<Integer, byte[]> hashes) throws IOException {
        int first = node == 0 ? 0 : node - 1 + node % 2; // an odd node's sibling follows it
        ByteBuffer read = ByteBuffer.wrap(at(first * Hash.BYTES, Math.min(2 * Hash.BYTES, bytes - first * Hash.BYTES)));
        for (int i = first; read.remaining() >= Hash.BYTES; i++) {
            var hash = new byte[Hash.BYTES];
            read.get(hash);
            hashes.put(i, hash);
        }
        return hashes.containsKey(node);
    }

    private byte[] at(int from, int length) throws IOException {
        if (bytes > SMALL_BYTES) {
            return inPages(from, length);
        }
        byte[] tree = kept;
        if (tree == null) {
            tree = source.read(offset, bytes);
            kept = tree;
        }
        return cut(tree, from, length);
    }

    /// Neighbours in a tree are asked for one after the other, so that they come together.
    private byte[] inPages(int from, int length) throws IOException {
        var found = ByteBuffer.allocate(length);
        while (found.hasRemaining()) {
            int at = from + found.position();
            byte[] page = page(at / PAGE_BYTES);
            byte[] part = cut(page, at % PAGE_BYTES, Math.min(found.remaining(), PAGE_BYTES - at % PAGE_BYTES));
            found.put(part);
            if (part.length == 0) {
                return cut(found.array(), 0, found.position());
            }
        }
        return found.array();
    }

    private byte[] page(int number) throws IOException {
        byte[] page = pages.get(number);
        if (page == null) {
            long at = (long) number * PAGE_BYTES;
            page = source.read(offset + at, (int) Math.min(PAGE_BYTES, bytes - at));
            pages.put(number, page);
        }
        return page;
    }

    private static byte[] cut(byte[] all, int from, int length) {
        int there = Math.clamp(all.length - from, 0, length);
        return Arrays.copyOfRange(all, Math.min(from, all.length), Math.min(from, all.length) + there);
    }
}
