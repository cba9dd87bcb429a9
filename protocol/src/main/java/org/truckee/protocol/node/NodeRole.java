package org.truckee.protocol.node;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Optional;

/// What a node may do for others; one node may do several of these.
public enum NodeRole {
    /// Tahoe-LAFS marks an introducer's directory by a file, and so do we.
    INTRODUCER("introducer", 44190) {
        @Override
        boolean isIn(NodeDirectory directory) {
            return Files.exists(directory.path().resolve(INTRODUCER_MARK));
        }
    },
    STORAGE("storage", 8098) {
        @Override
        boolean isIn(NodeDirectory directory) throws IOException {
            return directory.configuration().isOn("storage", "enabled");
        }
    },
    /// Its service is SFTP, which has a port of its own.
    GATEWAY("gateway", 0) {
        @Override
        boolean isIn(NodeDirectory directory) throws IOException {
            return directory.configuration().isOn("sftpd", "enabled");
        }
    };

    /// The file by which one knows an introducer's directory.
    public static final String INTRODUCER_MARK = "tahoe-introducer.tac";

    private final String word;
    private final int port;

    NodeRole(String word, int port) {
        this.word = word;
        this.port = port;
    }

    /// Whether other nodes ask it for something.
    public boolean hasAddress() {
        return port != 0;
    }

    /// Where its service listens if nothing else is said.
    public int defaultPort() {
        return port;
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
