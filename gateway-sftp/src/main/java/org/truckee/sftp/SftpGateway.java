package org.truckee.sftp;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.Grid;
import org.truckee.client.check.Caretaker;
import org.truckee.client.files.UploadPolicy;
import org.truckee.client.grid.AnnouncedServers;
import org.truckee.client.grid.ServerSources;
import org.truckee.protocol.Resources;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.RunningProcess;
import org.truckee.protocol.node.TahoeConfiguration;
import org.truckee.status.Status;
import org.truckee.status.Status.Level;
import org.truckee.status.Status.Notice;
import org.truckee.status.StatusServer;
import org.truckee.status.Words;

/// A running gateway: encrypts, codes and signs, and is the only one that sees plaintext.
public final class SftpGateway implements AutoCloseable {
    /// Whoever looks at the log of a gateway that does not get ready wants to read why after so long.
    private static final Duration SHORT_WAIT = Duration.ofSeconds(5);

    /// What a gateway grants the others to come: until then its page tells for what it waits.
    public static final Duration AS_LONG_AS_IT_TAKES = Duration.ofDays(365);

    private static final Logger LOG = LoggerFactory.getLogger(SftpGateway.class);

    private final Resources resources;
    private final AnnouncedServers servers;
    private final UploadPolicy policy;
    private final GatewaySecrets secrets;
    private final FirstStart firstStart;
    private final SftpDoor door;

    private SftpGateway(
            Resources resources,
            AnnouncedServers servers,
            UploadPolicy policy,
            GatewaySecrets secrets,
            FirstStart firstStart,
            SftpDoor door) {
        this.resources = resources;
        this.servers = servers;
        this.policy = policy;
        this.secrets = secrets;
        this.firstStart = firstStart;
        this.door = door;
    }

    public int sftpPort() {
        return door.port();
    }

    /// Starts the gateway that a directory describes, shows its state on `pages`, and lets people in, who are told if
    /// there are not enough servers yet. `published` is the address that a container's SFTP port is reached at.
    public static SftpGateway start(
            NodeDirectory directory,
            EventLoopGroup loops,
            StatusServer pages,
            List<ServerSources.InProcess> inProcess,
            FirstAccount first,
            Optional<InetAddress> published,
            SecureRandom random,
            InstantSource clock)
            throws IOException {
        return Resources.building(resources -> {
            TahoeConfiguration configuration = directory.configuration();
            var gatewayGrid = GatewayGrid.open(directory, loops, inProcess, resources, random, clock);
            AnnouncedServers servers = gatewayGrid.servers();
            UploadPolicy policy = gatewayGrid.policy();
            Grid grid = gatewayGrid.grid();
            GatewaySecrets secrets = gatewayGrid.secrets();
            var firstStart =
                    resources.add(FirstStart.begin(servers, policy, gatewayGrid.copies(), grid, secrets, first));
            Staging staging = staging(directory, resources, random);
            Trees trees = gatewayGrid.trees(staging, clock);
            var unstored = resources.add(new Unstored(staging, trees, clock));
            unstored.recover();
            var awaited = new Account(
                    first.user(), new Credential.PlainPassword(first.password()), new Account.Root.Awaited());
            var accounts = new Accounts(
                    secrets.accountFiles(), firstStart.trouble().map(_ -> awaited), new PasswordChecks(random));
            var door = resources.add(SftpDoor.open(
                    passwordRule(configuration, published),
                    HostKeys.of(directory),
                    accounts,
                    trees,
                    Closing.of(configuration),
                    () -> notEnough(servers, policy).or(firstStart::trouble),
                    clock));
            unstored.start();
            Caretaker care = resources.add(GatewayCare.of(directory, gatewayGrid, clock));
            care.start();
            resources.add(
                    TaskDoor.open(new GatewayTask.Workplace(gatewayGrid, unstored), GatewayTasks.socket(directory)));
            var grids = new GatewayStatus(
                    directory,
                    servers,
                    policy,
                    gatewayGrid.copies(),
                    grid.transfers(),
                    unstored,
                    gatewayGrid.helpers(),
                    grid.immutableFiles().readBack(),
                    care,
                    clock);
            var gateway = new SftpGateway(resources, servers, policy, secrets, firstStart, door);
            pages.show("gateway", () -> gateway.status(grids));
            return gateway;
        });
    }

    /// Where a gateway keeps what the grid does not have yet; nobody else uses that meanwhile.
    static Staging staging(NodeDirectory directory, Resources resources, SecureRandom random) throws IOException {
        TahoeConfiguration configuration = directory.configuration();
        Path folder = directory
                .path()
                .resolve(configuration.get("sftpd", "staging.dir").orElse("staging"));
        long most = configuration.bytes("sftpd", "staging.max");
        Staging staging = Staging.open(
                folder,
                directory.secretBytes("staging.key", Staging.KEY_BYTES, random),
                most == 0 ? OptionalLong.empty() : OptionalLong.of(most),
                random);
        if (!folder.normalize().startsWith(directory.path().normalize())) {
            resources.add(RunningProcess.lock(folder));
        }
        return staging;
    }

    private static PasswordRule passwordRule(TahoeConfiguration configuration, Optional<InetAddress> published)
            throws IOException {
        boolean chosen = configuration
                .get("sftpd", "port")
                .filter(port -> port.contains("interface="))
                .isPresent();
        return new PasswordRule(configuration.listenAddress("sftpd", "port", "tcp:8022"), chosen, published);
    }

    private static Optional<String> notEnough(AnnouncedServers servers, UploadPolicy policy) {
        int connected = servers.connected().size();
        return connected >= policy.happy()
                ? Optional.empty()
                : Optional.of(connected + " of " + policy.happy() + " servers connected, "
                        + servers.all().size() + " announced: files can be stored when " + policy.happy() + " are");
    }

    /// Waits until files can be stored.
    ///
    /// @throws IOException if they cannot be within `patience`; it says why
    public void awaitUsable(Duration patience) throws IOException {
        try {
            if (!isUsable(SHORT_WAIT.compareTo(patience) < 0 ? SHORT_WAIT : patience)) {
                LOG.atWarn().log(Printable.sentence(trouble().orElse("files cannot be stored yet")));
                if (!isUsable(patience)) {
                    throw new IOException(trouble().orElse("the gateway is not ready"));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for servers");
        }
    }

    private boolean isUsable(Duration patience) throws InterruptedException {
        return servers.awaitConnected(policy.happy(), patience) && firstStart.await(patience);
    }

    private Optional<String> trouble() {
        return door.objection().or(() -> notEnough(servers, policy)).or(firstStart::trouble);
    }

    private Status status(GatewayStatus grid) {
        int sessions = door.sessions();
        Status status = grid.now(door.objection().or(firstStart::trouble), sessions);
        List<Notice> notices = new ArrayList<>(status.notices());
        notices.addAll(recovery());
        door.caution().ifPresent(sentence -> notices.add(new Notice(Level.WARNING, sentence)));
        if (sessions > 0) {
            notices.add(new Notice(Level.NOTE, Words.many(sessions, "session") + " over SFTP."));
        }
        return new Status(status.notReady(), notices, status.details());
    }

    private List<Notice> recovery() {
        try {
            return secrets.isRecoverable() || firstStart.trouble().isPresent()
                    ? List.of()
                    : List.of(new Notice(
                            Level.WARNING,
                            "There is no recovery file: `truckee recovery` makes one, and without it the loss of this"
                                    + " gateway is the loss of all files."));
        } catch (IOException e) {
            return List.of(
                    new Notice(Level.WARNING, "Nobody knows whether there is a recovery file: " + e.getMessage()));
        }
    }

    @Override
    public void close() {
        resources.close();
    }
}
