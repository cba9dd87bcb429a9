package org.truckee.sftp;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.truckee.client.Grid;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.files.UploadPolicy;
import org.truckee.client.grid.AnnouncedServers;
import org.truckee.client.grid.KnownHelpers;
import org.truckee.client.grid.Line;
import org.truckee.client.grid.Rate;
import org.truckee.client.grid.ServerSources;
import org.truckee.client.immutable.Helping;
import org.truckee.client.immutable.Incarnations;
import org.truckee.client.mutable.KeyPool;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.LeaseSecret;
import org.truckee.protocol.Resources;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.TahoeConfiguration;

/// The grid of a gateway's directory: its servers, and how files are stored on them.
record GatewayGrid(
        AnnouncedServers servers,
        KnownHelpers helpers,
        Grid grid,
        UploadPolicy policy,
        int copies,
        GatewaySecrets secrets) {
    /// Directories that can be made in a row without waiting for a key.
    private static final int READY_KEYS = 32;

    /// What it is made of ends with `resources`.
    static GatewayGrid open(
            NodeDirectory directory,
            EventLoopGroup loops,
            List<ServerSources.InProcess> inProcess,
            Resources resources,
            SecureRandom random,
            InstantSource clock)
            throws IOException {
        TahoeConfiguration configuration = directory.configuration();
        UploadPolicy policy = policy(directory, random);
        var leaseSecret = new LeaseSecret(directory.secretBytes("secret", LeaseSecret.BYTES, random));
        Rate up = Rate.of(configuration.bytes("client", "upload.rate"));
        var line = new Line(up, Rate.of(configuration.bytes("client", "download.rate")));
        var sources = ServerSources.of(directory, inProcess);
        var helperOptions = new HelperOptions(directory);
        var helpers =
                resources.add(KnownHelpers.follow(loops, helperOptions.sources(), directory.certificate(), up, clock));
        var servers = resources.add(AnnouncedServers.follow(loops, line, sources, helpers, clock));
        int copies = configuration.number("client", "directories.copies", 1, Encoding.MAX_TOTAL, 5);
        var keys = resources.add(new KeyPool(READY_KEYS, random));
        var incarnations = resources.add(Incarnations.open(directory.secretFile("uploads"), random, clock));
        var grid = resources.add(new Grid(
                servers,
                leaseSecret,
                incarnations,
                policy,
                new Helping(helpers, helperOptions.readBack()),
                copies,
                keys,
                random,
                clock));
        return new GatewayGrid(servers, helpers, grid, policy, copies, new GatewaySecrets(directory, random));
    }

    private static UploadPolicy policy(NodeDirectory directory, SecureRandom random) throws IOException {
        TahoeConfiguration configuration = directory.configuration();
        int total = configuration.number("client", "shares.total", 1, Encoding.MAX_TOTAL, 10);
        int required = configuration.number("client", "shares.needed", 1, total, 3);
        int happy = configuration.number("client", "shares.happy", 1, total, 7);
        var convergence = new ConvergenceSecret(directory.secretBytes("convergence", 32, random));
        return new UploadPolicy(new Encoding(required, total), happy, convergence);
    }

    /// The trees as people see them; what they write lies in `staging` first.
    Trees trees(Staging staging, InstantSource clock) {
        return new Trees(
                grid,
                staging,
                () -> UsableSpace.forFiles(UsableSpace.disks(servers.all()), policy.encoding(), policy.happy()),
                clock);
    }

    /// The roots of the trees that somebody can see: the gateway's own, then those of accounts.
    List<DirectoryCap> trees() throws IOException {
        Set<DirectoryCap> roots = new LinkedHashSet<>();
        secrets.root().ifPresent(roots::add);
        for (Path accounts : secrets.accountFiles()) {
            for (Account account : AccountsFile.read(accounts).accounts()) {
                if (account.root() instanceof Account.Root.Directory(DirectoryCap root)) {
                    roots.add(root);
                }
            }
        }
        return new ArrayList<>(roots);
    }
}
