package org.truckee.client.directory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.truckee.client.directory.Model.Fate;
import org.truckee.client.directory.Model.Phase;

/// Every schedule of two writers with one change each: all orders of requests, all places for a number of faults
/// (a request that is not delivered, one that is not heard, a crash). Equal states are visited once.
final class AllSchedules {
    private record Moment(Model model, int faultsLeft) {}

    private final Set<Moment> seen = new HashSet<>();
    private final Deque<Moment> open = new ArrayDeque<>();
    private final Set<String> violations = new TreeSet<>();

    AllSchedules(Model start, int faults) {
        visit(new Moment(start, faults));
    }

    /// Looks at all states; gives what went wrong in any that is final.
    Set<String> run() {
        while (!open.isEmpty()) {
            Moment moment = open.removeLast();
            boolean ended = true;
            for (int index = 0; index < moment.model().writers().size(); index++) {
                if (moment.model().writers().get(index).task().isPresent()) {
                    ended = false;
                    step(moment, index);
                }
            }
            if (ended) {
                violations.addAll(moment.model().violations());
            }
        }
        return violations;
    }

    int states() {
        return seen.size();
    }

    private void visit(Moment moment) {
        if (seen.add(moment)) {
            open.add(moment);
        }
    }

    private void step(Moment moment, int index) {
        Model model = moment.model();
        boolean mayFail = moment.faultsLeft() > 0;
        List<Model> faulty = new ArrayList<>();
        switch (model.task(index).phase()) {
            case Phase.Asking asking -> {
                for (var server : asking.left()) {
                    visit(new Moment(model.ask(index, server, Fate.HEARD), moment.faultsLeft()));
                    if (mayFail) {
                        faulty.add(model.ask(index, server, Fate.NOT_DELIVERED));
                    }
                }
                if (model.canStopAsking(index)) {
                    visit(new Moment(model.stopAsking(index), moment.faultsLeft()));
                }
            }
            case Phase.Writing writing -> {
                for (var place : writing.left()) {
                    visit(new Moment(model.write(index, place, Fate.HEARD), moment.faultsLeft()));
                    if (mayFail) {
                        faulty.add(model.write(index, place, Fate.NOT_DELIVERED));
                        faulty.add(model.write(index, place, Fate.NOT_HEARD));
                    }
                }
            }
            case Phase.Filling filling -> {
                for (var place : filling.left()) {
                    visit(new Moment(model.fill(index, place, Fate.HEARD), moment.faultsLeft()));
                    if (mayFail) {
                        faulty.add(model.fill(index, place, Fate.NOT_DELIVERED));
                    }
                }
            }
        }
        if (mayFail) {
            faulty.add(model.crash(index));
        }
        faulty.forEach(next -> visit(new Moment(next, moment.faultsLeft() - 1)));
    }
}
