package org.truckee.helper;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.truckee.client.grid.AnnouncedServers;
import org.truckee.client.grid.Line;
import org.truckee.client.grid.ServerSources;
import org.truckee.client.grid.Transfers;
import org.truckee.client.immutable.Cores;
import org.truckee.client.immutable.Incarnations;
import org.truckee.client.immutable.SegmentPool;
import org.truckee.client.immutable.Uploader;
import org.truckee.crypto.Furl;
import org.truckee.crypto.LeaseSecret;
import org.truckee.protocol.Resources;
import org.truckee.protocol.http.Bounds;
import org.truckee.protocol.http.HttpServer;
import org.truckee.protocol.http.Tls;
import org.truckee.protocol.introducer.Announcer;
import org.truckee.protocol.introducer.IntroducerClient;
import org.truckee.protocol.introducer.Introducers;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.NodeRole;
import org.truckee.protocol.node.TahoeConfiguration;
import org.truckee.status.StatusServer;

/// A running helper.
public final class Helper implements AutoCloseable {
    private static final String VERSION = "truckee/0.1";
    private static final String SERVICE = "helper";
    private static final int MEMORY_BYTES = 64 << 20;

    /// Servers hear nothing while a client is silent, and drop an upload after 60 s of that.
    private static final Expansions.Limits LIMITS =
            new Expansions.Limits(16L << 30, Duration.ofHours(24), Duration.ofSeconds(45), 32);

    private final Resources resources;

    private Helper(Resources resources) {
        this.resources = resources;
    }

    /// Starts the helper that a directory describes, and shows its state on `pages`. Servers of this process are
    /// called without a socket.
    public static Helper start(
            NodeDirectory directory,
            EventLoopGroup loops,
            StatusServer pages,
            List<ServerSources.InProcess> inProcess,
            SecureRandom random,
            InstantSource clock)
            throws IOException {
        return Resources.building(resources -> {
            TahoeConfiguration configuration = directory.configuration();
            Furl furl = directory.address(NodeRole.HELPER, random);
            var sources = ServerSources.of(directory, inProcess);
            var servers = resources.add(AnnouncedServers.follow(loops, new Line(), sources, clock));
            var transfers = new Transfers(clock);
            var uploader = resources.add(new Uploader(
                    servers,
                    new LeaseSecret(directory.secretBytes("secret", LeaseSecret.BYTES, random)),
                    resources.add(Incarnations.open(directory.secretFile("uploads"), random, clock)),
                    new SegmentPool(MEMORY_BYTES),
                    resources.add(new Cores(Runtime.getRuntime().availableProcessors())),
                    transfers));
            var refusals = new Refusals(clock);
            var expansions = resources.add(Expansions.open(
                    directory.path().resolve("expansions"), LIMITS, uploader, transfers, refusals, random, clock));
            var relays = resources.add(new Relays(
                    loops,
                    servers,
                    networks(configuration),
                    Set.copyOf(List.of(directory.listening(NodeRole.HELPER).getPort(), pages.port())),
                    refusals,
                    clock));
            resources.add(HttpServer.secure(
                    loops,
                    directory.listening(NodeRole.HELPER),
                    Tls.serverToKnown(directory.certificate()),
                    Bounds.of(configuration),
                    new HelperEndpoint(expansions, relays, refusals, furl.swissnum(), VERSION)));
            var announced = new AnnouncedHelper(directory, VERSION, random);
            for (Furl introducer : Introducers.of(directory).values()) {
                resources.add(Announcer.start(IntroducerClient.at(loops, introducer), announced));
            }
            var status = new HelperStatusReport(servers, expansions, relays, refusals, transfers);
            pages.show(SERVICE, status::now);
            return new Helper(resources);
        });
    }

    private static RelayNetworks networks(TahoeConfiguration configuration) throws IOException {
        return RelayNetworks.parse(configuration.get(SERVICE, "relay.networks").orElse(""))
                .orElseThrow(() -> configuration.bad(
                        SERVICE, "relay.networks", "is not a list of networks such as 10.0.0.0/8, 127.0.0.0/8"));
    }

    @Override
    public void close() {
        resources.close();
    }
}
