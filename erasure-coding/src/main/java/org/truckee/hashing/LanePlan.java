package org.truckee.hashing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/// Which messages are hashed one behind the other in which lane, and which `alone`, so that all are done soon.
/// Messages are told by their places in a list.
record LanePlan(List<List<Integer>> lanes, List<Integer> alone) {
    /// A lane that is being filled.
    private static final class Queue {
        private final List<Integer> messages = new ArrayList<>();
        private long blocks;

        void add(int message, int more) {
            messages.add(message);
            blocks += more;
        }
    }

    /// A block of every lane takes as long as `enough` blocks alone; message `i` has `blocks[i]` of them.
    ///
    /// The longest go first, to the lane that is free soonest. The last ones of the lanes that take longest go
    /// alone wherever that is no slower.
    static LanePlan of(int[] blocks, int lanes, int enough) {
        List<Integer> together = new ArrayList<>(IntStream.range(0, blocks.length)
                .boxed()
                .sorted(Comparator.comparingInt((Integer message) -> blocks[message])
                        .reversed())
                .toList());
        List<Integer> alone = new ArrayList<>();
        while (true) {
            List<Queue> queues = queues(together, blocks, lanes);
            List<Integer> tops = tops(queues, blocks, enough);
            if (tops.isEmpty()) {
                return new LanePlan(
                        queues.stream()
                                .filter(queue -> queue.blocks > 0)
                                .map(queue -> List.copyOf(queue.messages))
                                .toList(),
                        alone);
            }
            together.removeAll(tops);
            alone.addAll(tops);
        }
    }

    private static List<Queue> queues(List<Integer> messages, int[] blocks, int lanes) {
        var shortestFirst = new PriorityQueue<>(Comparator.comparingLong((Queue queue) -> queue.blocks));
        List<Queue> queues =
                IntStream.range(0, lanes).mapToObj(_ -> new Queue()).toList();
        shortestFirst.addAll(queues);
        for (int message : messages) {
            Queue queue = shortestFirst.remove();
            queue.add(message, blocks[message]);
            shortestFirst.add(queue);
        }
        return queues;
    }

    /// The last messages of the longest queues, if all would be done as soon without them there.
    private static List<Integer> tops(List<Queue> queues, int[] blocks, int enough) {
        long longest = queues.stream().mapToLong(queue -> queue.blocks).max().orElse(0);
        if (longest == 0) {
            return List.of();
        }
        List<Integer> tops = new ArrayList<>();
        long without = 0;
        long alone = 0;
        for (Queue queue : queues) {
            int last = queue.blocks == longest ? blocks[queue.messages.getLast()] : 0;
            if (last > 0) {
                tops.add(queue.messages.getLast());
            }
            without = Math.max(without, queue.blocks - last);
            alone += last;
        }
        return (longest - without) * enough >= alone ? tops : List.of();
    }
}
