package org.truckee.protocol.node;

import java.io.IOException;

/// A file of a node's directory does not say what it should. The message names file, place and problem.
public final class BadConfigurationException extends IOException {
    private static final long serialVersionUID = 1;

    public BadConfigurationException(String message) {
        super(message);
    }
}
