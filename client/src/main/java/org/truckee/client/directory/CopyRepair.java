package org.truckee.client.directory;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.truckee.client.cap.MutableReadCap;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.ServerSelector;
import org.truckee.protocol.introducer.ServerId;

/// Brings the copies of a directory home: carries out what [HomeRepair] says, step by step, each after everything was
/// read anew. Belongs to one thread.
final class CopyRepair {
    /// Steps beside the four that a copy may take.
    private static final int STEPS = 8;

    /// Publishes what a repair wants published.
    interface Publisher {
        /// The homes that the writer's replica names.
        Homes homes();

        /// The newest version once more, so that it is everywhere.
        void publishAgain() throws IOException;

        void moveHome(int number, ServerId to) throws IOException;
    }

    private final MutableReadCap cap;
    private final MutableWriteCap writeCap;
    private final DirectoryCopies copies;
    private final KnownCopies known;
    private final Publisher publisher;
    private final KnownServers onto;
    private final int wanted;

    /// Servers that do not take what is published.
    private final Set<ServerId> refusing = new HashSet<>();

    private Set<Place> lagging = Set.of();

    CopyRepair(
            MutableReadCap cap,
            MutableWriteCap writeCap,
            DirectoryCopies copies,
            KnownCopies known,
            Publisher publisher,
            KnownServers onto,
            int wanted) {
        this.cap = cap;
        this.writeCap = writeCap;
        this.copies = copies;
        this.known = known;
        this.publisher = publisher;
        this.onto = onto;
        this.wanted = wanted;
    }

    void run() throws IOException {
        for (int steps = STEPS + 4 * wanted; steps > 0; steps--) {
            known.learn(copies.discover());
            var repair = new HomeRepair(known.reading(), publisher.homes(), usable(), wanted);
            switch (repair.next()) {
                case HomeRepair.Step.Done _ -> {
                    removeLeftOver(repair.leftOver());
                    return;
                }
                case HomeRepair.Step.Publish _ -> {
                    giveUpOnThoseStill(repair.lagging());
                    publisher.publishAgain();
                }
                case HomeRepair.Step.Move(int number, ServerId to) -> publisher.moveHome(number, to);
            }
        }
        throw new IOException("its servers did not agree on who keeps the directory");
    }

    private List<ServerId> usable() {
        return ServerSelector.inOrder(onto.connected(), cap.readKey().storageIndex()).stream()
                .map(GridServer::id)
                .filter(server -> !refusing.contains(server))
                .toList();
    }

    /// Homes that lag behind after a version was published do not take it.
    private void giveUpOnThoseStill(Set<Place> behind) {
        if (behind.equals(lagging)) {
            behind.stream().map(Place::server).forEach(refusing::add);
        }
        lagging = behind;
    }

    private void removeLeftOver(Set<Place> places) throws IOException {
        if (!places.isEmpty()) {
            copies.remove(writeCap, known.reading(), places);
            known.forget();
            known.learn(copies.discover());
        }
    }
}
