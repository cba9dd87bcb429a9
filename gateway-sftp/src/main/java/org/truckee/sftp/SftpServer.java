package org.truckee.sftp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.subsystem.SubsystemFactory;
import org.truckee.client.Grid;

/// The SFTP port: logs people in and gives each channel an [SftpSession] over the user's tree.
final class SftpServer implements AutoCloseable {
    private static final long WINDOW_BYTES = 4 << 20;
    private static final long PACKET_BYTES = 64 << 10;

    /// Replies that may wait for a client that does not take them, in bytes, and for how long.
    private static final int PENDING_BYTES = 32 << 20;

    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private final SshServer ssh;
    private final ExecutorService threads;

    private SftpServer(SshServer ssh, ExecutorService threads) {
        this.ssh = ssh;
        this.threads = threads;
    }

    static SftpServer start(InetSocketAddress at, KeyPairProvider hostKeys, Accounts accounts, Grid grid, Path staging)
            throws IOException {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        SshServer ssh = SshServer.setUpDefaultServer();
        ssh.setHost(at.getAddress().getHostAddress());
        ssh.setPort(at.getPort());
        ssh.setKeyPairProvider(hostKeys);
        ssh.setUserAuthFactories(List.of(UserAuthPasswordFactory.INSTANCE));
        ssh.setPasswordAuthenticator((user, password, _) -> accounts.accepts(user, password));
        ssh.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
        ssh.setSubsystemFactories(List.of(new SubsystemFactory() {
            @Override
            public String getName() {
                return "sftp";
            }

            @Override
            public Command createSubsystem(ChannelSession channel) throws IOException {
                String user = channel.getSession().getUsername();
                var root = accounts.root(user).orElseThrow(() -> new IOException("the account is gone"));
                return new SftpCommand(new SftpSession(grid.files(root), staging, threads), channel);
            }
        }));
        CoreModuleProperties.TCP_NODELAY.set(ssh, true);
        CoreModuleProperties.IDLE_TIMEOUT.set(ssh, Duration.ZERO);
        CoreModuleProperties.WINDOW_SIZE.set(ssh, WINDOW_BYTES);
        CoreModuleProperties.MAX_PACKET_SIZE.set(ssh, PACKET_BYTES);
        CoreModuleProperties.BUFFERED_IO_OUTPUT_MAX_PENDING_WRITE_SIZE.set(ssh, PENDING_BYTES);
        CoreModuleProperties.BUFFERED_IO_OUTPUT_MAX_PENDING_WRITE_WAIT.set(ssh, PATIENCE);
        try {
            ssh.start();
        } catch (IOException e) {
            threads.close();
            throw new IOException("cannot listen for SFTP on port " + at.getPort() + ": " + e.getMessage(), e);
        }
        return new SftpServer(ssh, threads);
    }

    int port() {
        return ssh.getPort();
    }

    @Override
    public void close() throws IOException {
        ssh.stop(true);
        threads.shutdownNow();
        threads.close();
    }
}
