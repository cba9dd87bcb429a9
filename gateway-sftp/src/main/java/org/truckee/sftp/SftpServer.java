package org.truckee.sftp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.server.subsystem.SubsystemFactory;

/// The SFTP port: an SSH server that knows files and nothing else, no shell, no forwarding, no terminal.
final class SftpServer implements AutoCloseable {
    private static final long PACKET_BYTES = 64 << 10;

    /// Replies that may wait for a client that does not take them, in bytes, and for how long.
    private static final int PENDING_BYTES = 8 << 20;

    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final Duration LOGIN_PATIENCE = Duration.ofMinutes(2);

    private final SshServer ssh;

    private SftpServer(SshServer ssh) {
        this.ssh = ssh;
    }

    /// What happens on a channel that asks for files, and on one that asks for a command.
    interface Channels {
        Command files(ChannelSession channel, Account account) throws IOException;

        Command command(ChannelSession channel, Account account, String line) throws IOException;
    }

    static SftpServer start(
            InetSocketAddress at, KeyPairProvider hostKeys, Logins logins, Sessions sessions, Channels channels)
            throws IOException {
        SshServer ssh = SshServer.setUpDefaultServer();
        ssh.setHost(at.getAddress().getHostAddress());
        ssh.setPort(at.getPort());
        ssh.setKeyPairProvider(hostKeys);
        SshAlgorithms.set(ssh);
        ssh.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE, UserAuthPasswordFactory.INSTANCE));
        ssh.setPasswordAuthenticator(logins::password);
        ssh.setPublickeyAuthenticator(logins::key);
        ssh.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
        ssh.addSessionListener(sessions);
        ssh.setSubsystemFactories(List.of(filesOf(channels)));
        ssh.setCommandFactory((channel, line) -> channels.command(channel, account(channel.getSession()), line));
        limit(ssh);
        try {
            ssh.start();
        } catch (IOException e) {
            ssh.stop(true);
            throw new IOException("cannot listen for SFTP on port " + at.getPort() + ": " + e.getMessage(), e);
        }
        return new SftpServer(ssh);
    }

    private static SubsystemFactory filesOf(Channels channels) {
        return new SubsystemFactory() {
            @Override
            public String getName() {
                return "sftp";
            }

            @Override
            public Command createSubsystem(ChannelSession channel) throws IOException {
                return channels.files(channel, account(channel.getSession()));
            }
        };
    }

    private static Account account(ServerSession session) throws IOException {
        return Logins.account(session).orElseThrow(() -> new IOException("nobody is logged in"));
    }

    private static void limit(SshServer ssh) {
        // without it a random read waits for an acknowledgement that the client delays
        CoreModuleProperties.TCP_NODELAY.set(ssh, true);
        // mounts are idle for days; [Sessions] ends those whose client is gone
        CoreModuleProperties.IDLE_TIMEOUT.set(ssh, Duration.ZERO);
        CoreModuleProperties.AUTH_TIMEOUT.set(ssh, LOGIN_PATIENCE);
        CoreModuleProperties.WINDOW_SIZE.set(ssh, (long) ClientMemory.bytes());
        CoreModuleProperties.MAX_PACKET_SIZE.set(ssh, PACKET_BYTES);
        CoreModuleProperties.BUFFERED_IO_OUTPUT_MAX_PENDING_WRITE_SIZE.set(ssh, PENDING_BYTES);
        CoreModuleProperties.BUFFERED_IO_OUTPUT_MAX_PENDING_WRITE_WAIT.set(ssh, PATIENCE);
        CoreModuleProperties.SERVER_IDENTIFICATION.set(ssh, "Truckee");
    }

    int port() {
        return ssh.getPort();
    }

    @Override
    public void close() throws IOException {
        ssh.stop(true);
    }
}
