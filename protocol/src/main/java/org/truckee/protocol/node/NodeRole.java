package org.truckee.protocol.node;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/// What a node may do for others; one node may do several of these.
public enum NodeRole {
    /// Tahoe-LAFS marks an introducer's directory by a file, and so do we.
    INTRODUCER("introducer", 44190, 3456) {
        @Override
        boolean isIn(NodeDirectory directory) {
            return Files.exists(directory.path().resolve(INTRODUCER_MARK));
        }
    },
    STORAGE("storage", 8098, 3458) {
        @Override
        boolean isIn(NodeDirectory directory) throws IOException {
            return directory.configuration().isOn("storage", "enabled");
        }
    },
    HELPER("helper", 8097, 3457) {
        @Override
        boolean isIn(NodeDirectory directory) throws IOException {
            return directory.configuration().isOn("helper", "enabled");
        }
    },
    /// Its service is SFTP, which has a port of its own.
    GATEWAY("gateway", 0, 3456) {
        @Override
        boolean isIn(NodeDirectory directory) throws IOException {
            return directory.configuration().isOn("sftpd", "enabled");
        }
    };

    /// The file by which one knows an introducer's directory.
    public static final String INTRODUCER_MARK = "tahoe-introducer.tac";

    private final String word;
    private final int port;
    private final int webPort;

    NodeRole(String word, int port, int webPort) {
        this.word = word;
        this.port = port;
        this.webPort = webPort;
    }

    /// Whether other nodes ask it for something.
    public boolean hasAddress() {
        return port != 0;
    }

    /// Where its service listens if nothing else is said.
    public int defaultPort() {
        return port;
    }

    /// Where its status page is if nothing else is said.
    public int defaultWebPort() {
        return webPort;
    }

    /// The same for a node that does all of these; several share the page of a gateway.
    public static int defaultWebPort(Set<NodeRole> roles) {
        return roles.size() == 1 ? roles.iterator().next().webPort : GATEWAY.webPort;
    }

    abstract boolean isIn(NodeDirectory directory) throws IOException;

    public static Optional<NodeRole> of(String word) {
        return Arrays.stream(values()).filter(role -> role.word.equals(word)).findFirst();
    }

    /// As people write it.
    @Override
    public String toString() {
        return word;
    }
}
