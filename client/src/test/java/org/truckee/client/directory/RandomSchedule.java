package org.truckee.client.directory;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.truckee.client.directory.Model.Fate;
import org.truckee.client.directory.Model.Phase;
import org.truckee.client.directory.ModelChange.Kind;

/// Three writers making changes of two names in an order and with faults that a seed decides. Meanwhile copies appear
/// on other servers, a disk is wiped, and numbers are moved and added.
final class RandomSchedule {
    private static final int WRITERS = 3;
    private static final int CHANGES = 9;

    private final Random random;
    private final int numbers;
    private final double unreachable;
    private final double lost;
    private final double crash;
    private final int rounds;
    private final List<Kind> kinds = new ArrayList<>(List.of(Kind.PUT, Kind.ADD, Kind.REMOVE, Kind.RENAME));
    private int wipes;
    private int begun;
    private Model model;

    RandomSchedule(Variant variant, int numbers, long seed) {
        this.random = new Random(seed);
        this.numbers = numbers;
        this.unreachable = pick(0, 0.1, 0.3);
        this.lost = pick(0, 0.1);
        this.crash = pick(0, 0.03);
        this.rounds = (int) pick(1, 2, 4, 8);
        boolean moving = random.nextBoolean();
        if (moving) {
            kinds.addAll(List.of(Kind.MOVE_HOME, Kind.ADD_HOME));
        }
        // a wiped disk and a number on the move are two losses: 3 numbers bear one
        this.wipes = moving && numbers < 5 ? 0 : (int) pick(0, 0, 1);
        this.model = Model.of(variant, numbers, numbers + 2, WRITERS, List.of());
    }

    private double pick(double... options) {
        return options[random.nextInt(options.length)];
    }

    private <T> T pick(List<T> options) {
        return options.get(random.nextInt(options.size()));
    }

    Model run() {
        for (List<Integer> able = able(); !able.isEmpty(); able = able()) {
            disturb();
            step(pick(able));
        }
        return model;
    }

    private List<Integer> able() {
        List<Integer> able = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            if (model.writers().get(i).task().isPresent() || begun < CHANGES) {
                able.add(i);
            }
        }
        return able;
    }

    private void disturb() {
        if (random.nextDouble() < 0.01 && !model.shares().isEmpty()) {
            Place from = pick(List.copyOf(model.shares().keySet()));
            model = model.copied(from, Model.server(random.nextInt(numbers + 2)));
        }
        if (wipes > 0 && random.nextDouble() < 0.02) {
            wipes--;
            model = model.wiped(Model.server(random.nextInt(numbers + 2)));
        }
    }

    private void step(int index) {
        if (model.writers().get(index).task().isEmpty()) {
            model = model.begin(index, change(), rounds);
            return;
        }
        switch (model.task(index).phase()) {
            case Phase.Asking asking -> {
                if (model.canStopAsking(index) && random.nextDouble() < 0.3) {
                    model = model.stopAsking(index);
                } else {
                    model = model.ask(index, pick(sorted(asking.left())), fate());
                }
            }
            case Phase.Writing writing -> {
                model = model.write(index, pick(sorted(writing.left())), fate());
                if (random.nextDouble() < crash) {
                    model = model.crash(index);
                }
            }
            case Phase.Filling filling -> model = model.fill(index, pick(sorted(filling.left())), fate());
        }
    }

    private static <T extends Comparable<T>> List<T> sorted(Set<T> all) {
        return all.stream().sorted().toList();
    }

    private Fate fate() {
        double luck = random.nextDouble();
        if (luck < unreachable) {
            return Fate.NOT_DELIVERED;
        }
        return luck < unreachable + lost ? Fate.NOT_HEARD : Fate.HEARD;
    }

    private ModelChange change() {
        begun++;
        String name = pick(List.of("a", "b"));
        return new ModelChange(
                pick(kinds),
                name,
                name.equals("a") ? "b" : "a",
                "v" + begun,
                10 + begun + random.nextInt(7) - 3,
                random.nextInt(1000),
                numbers + 2);
    }
}
