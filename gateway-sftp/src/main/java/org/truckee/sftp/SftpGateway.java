package org.truckee.sftp;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.truckee.client.Grid;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.files.UploadPolicy;
import org.truckee.client.grid.AnnouncedServers;
import org.truckee.client.grid.ServerSources;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.LeaseSecret;
import org.truckee.protocol.Resources;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.TahoeConfiguration;
import org.truckee.protocol.node.WholeFile;
import org.truckee.status.StatusServer;

/// A running gateway: encrypts, codes and signs, and is the only one that sees plaintext.
public final class SftpGateway implements AutoCloseable {
    private static final String ACCOUNTS = "accounts";
    private static final String ALIASES = "aliases";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Resources resources;
    private final int sftpPort;

    private SftpGateway(Resources resources, int sftpPort) {
        this.resources = resources;
        this.sftpPort = sftpPort;
    }

    public int sftpPort() {
        return sftpPort;
    }

    /// The account that is made when a gateway starts for the first time.
    public record FirstAccount(String user, String password) {
        public FirstAccount {
            for (String field : new String[] {user, password}) {
                if (field.isEmpty() || field.chars().anyMatch(Character::isWhitespace) || field.startsWith("#")) {
                    throw new IllegalArgumentException(
                            "a user name and a password need at least one character, no blanks and no # in front");
                }
            }
        }

        @Override
        public String toString() {
            return "FirstAccount(" + user + ")";
        }
    }

    /// Starts the gateway that a directory describes, once there are enough servers to store files, and shows its
    /// state on `pages`.
    public static SftpGateway start(
            NodeDirectory directory,
            EventLoopGroup loops,
            StatusServer pages,
            List<ServerSources.InProcess> inProcess,
            FirstAccount first,
            SecureRandom random,
            InstantSource clock)
            throws IOException {
        return Resources.building(resources -> {
            TahoeConfiguration configuration = directory.configuration();
            UploadPolicy policy = policy(directory, random);
            var leaseSecret = new LeaseSecret(directory.secretBytes("secret", LeaseSecret.BYTES, random));
            var servers = resources.add(AnnouncedServers.follow(loops, ServerSources.of(directory, inProcess), clock));
            int copies = configuration.number("client", "directories.copies", 1, Encoding.MAX_TOTAL, 5);
            var grid = new Grid(servers, leaseSecret, policy, copies, random, clock);
            var status = new GatewayStatus(directory, servers, policy, copies, grid.transfers());
            pages.show("gateway", () -> status.now(Optional.empty()));
            Path accounts = directory.secretFile(ACCOUNTS);
            awaitServers(servers, policy, Files.exists(accounts));
            if (!Files.exists(accounts)) {
                createRoot(directory, grid, first);
            }
            Path staging = Files.createDirectories(directory.path().resolve("staging"));
            var sftp = resources.add(SftpServer.start(
                    configuration.listenAddress("sftpd", "port", "tcp:8022:interface=127.0.0.1"),
                    HostKeys.of(directory),
                    Accounts.read(accounts),
                    grid,
                    staging));
            return new SftpGateway(resources, sftp.port());
        });
    }

    private static UploadPolicy policy(NodeDirectory directory, SecureRandom random) throws IOException {
        TahoeConfiguration configuration = directory.configuration();
        int total = configuration.number("client", "shares.total", 1, Encoding.MAX_TOTAL, 10);
        int required = configuration.number("client", "shares.needed", 1, total, 3);
        int happy = configuration.number("client", "shares.happy", 1, total, 7);
        var convergence = new ConvergenceSecret(directory.secretBytes("convergence", 32, random));
        return new UploadPolicy(new Encoding(required, total), happy, convergence);
    }

    /// Waits until files can be stored. The first time all servers there will be are waited for, since the root
    /// directory is spread over those that are there.
    private static void awaitServers(AnnouncedServers servers, UploadPolicy policy, boolean hasRoot)
            throws IOException {
        int wanted = hasRoot ? policy.happy() : policy.encoding().total();
        try {
            if (!servers.awaitConnected(wanted, PATIENCE) && servers.connected().size() < policy.happy()) {
                throw new IOException(notEnough(servers, policy));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for servers");
        }
    }

    private static String notEnough(AnnouncedServers servers, UploadPolicy policy) {
        return servers.connected().size() + " of " + policy.happy() + " servers connected, "
                + servers.all().size() + " announced";
    }

    /// Makes the root directory, known by the alias `tahoe:`, and the first account, whose tree it is.
    private static void createRoot(NodeDirectory directory, Grid grid, FirstAccount first) throws IOException {
        DirectoryCap root = grid.directories().create();
        WholeFile.writeSecret(directory.secretFile(ALIASES), "tahoe: " + root.uri() + "\n");
        WholeFile.writeSecret(
                directory.secretFile(ACCOUNTS), first.user() + " " + first.password() + " " + root.uri() + "\n");
    }

    @Override
    public void close() {
        resources.close();
    }
}
