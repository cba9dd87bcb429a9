package org.truckee.sftp;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.check.Caretaker;
import org.truckee.client.check.Repairing;
import org.truckee.client.grid.ServerStatus;
import org.truckee.client.immutable.ReducedUploads;
import org.truckee.protocol.introducer.ServerId;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.TahoeConfiguration;

/// What a gateway's caretaker has to know: the trees of its accounts, and the servers that somebody announced.
record GatewayCare(GatewayGrid grid) implements Caretaker.Surroundings {
    private static final String SECTION = "client";
    private static final int MOST_DAYS = 3650;

    /// Servers that come one after the other are one reason for a walk.
    private static final Duration SETTLED = Duration.ofSeconds(10);

    static Caretaker of(NodeDirectory directory, GatewayGrid grid, InstantSource clock) throws IOException {
        TahoeConfiguration configuration = directory.configuration();
        var grace = Duration.ofDays(configuration.number(SECTION, "repair.grace", 0, MOST_DAYS, 3));
        return new Caretaker(
                grid.grid().directories(),
                grid.grid().checker(),
                new GatewayCare(grid),
                new Caretaker.Options(repairing(configuration), grace, SETTLED),
                directory.secretFile("care.json"),
                clock);
    }

    private static Repairing repairing(TahoeConfiguration configuration) throws IOException {
        String word = configuration.get(SECTION, "repair").orElse("auto");
        return Arrays.stream(Repairing.values())
                .filter(mode -> mode.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst()
                .orElseThrow(() -> configuration.bad(SECTION, "repair", "is none of auto, report and off"));
    }

    @Override
    public List<DirectoryCap> trees() throws IOException {
        return grid.trees();
    }

    @Override
    public Set<ServerId> expected() {
        return grid.servers().all().stream()
                .filter(server -> !server.isGone())
                .map(server -> server.server().id())
                .collect(Collectors.toSet());
    }

    @Override
    public long uploads() {
        return grid.grid().transfers().totals().uploads();
    }

    @Override
    public ReducedUploads reduced() {
        return grid.grid().immutableFiles().reduced();
    }

    @Override
    public OptionalLong usedBytes() {
        long bytes = 0;
        for (ServerStatus server : grid.servers().all()) {
            if (server.isConnected()) {
                if (server.usage().filter(usage -> usage.isCounted()).isEmpty()) {
                    return OptionalLong.empty();
                }
                bytes += server.usage().get().usedBytes();
            }
        }
        return OptionalLong.of(bytes);
    }
}
