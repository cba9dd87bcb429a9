package org.truckee.introducer;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.truckee.crypto.Furl;
import org.truckee.protocol.Resources;
import org.truckee.protocol.http.Bounds;
import org.truckee.protocol.http.HttpServer;
import org.truckee.protocol.http.Tls;
import org.truckee.protocol.introducer.SignedAnnouncement;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.NodeRole;
import org.truckee.protocol.node.Product;
import org.truckee.status.Status;
import org.truckee.status.StatusServer;

/// A running introducer.
public final class Introducer implements AutoCloseable {
    private static final String SERVICE = "introducer";

    private final Resources resources;
    private final Furl furl;

    private Introducer(Resources resources, Furl furl) {
        this.resources = resources;
        this.furl = furl;
    }

    /// Starts the introducer that a directory describes, and shows its state on `pages`.
    public static Introducer start(
            NodeDirectory directory, EventLoopGroup loops, StatusServer pages, SecureRandom random, InstantSource clock)
            throws IOException {
        return Resources.building(resources -> {
            Furl furl = directory.address(NodeRole.INTRODUCER, random);
            var board = AnnouncementBoard.open(directory, random, clock);
            resources.add(HttpServer.secure(
                    loops,
                    directory.configuration().listenAddress("node", "tub.port", "tcp:44190"),
                    Tls.server(directory.certificate()),
                    Bounds.of(directory.configuration()),
                    new IntroducerEndpoint(board, furl.swissnum(), Product.NAME)));
            pages.show(SERVICE, () -> new Status(Optional.empty(), List.of(), board.details()));
            return new Introducer(resources, furl);
        });
    }

    /// What the introducer of a directory keeps of all nodes, running or not.
    public static List<SignedAnnouncement> kept(NodeDirectory directory) throws IOException {
        return BoardFile.of(directory).read().stream()
                .map(BoardFile.Kept::signed)
                .toList();
    }

    /// The address that nodes need to find each other through this introducer.
    public Furl furl() {
        return furl;
    }

    @Override
    public void close() {
        resources.close();
    }
}
