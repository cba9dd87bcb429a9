package org.truckee.protocol.node;

import java.io.IOException;

/// A file of a node's directory, or a variable of its process, does not say what it should. The message names file or
/// variable, place and problem.
public final class BadConfigurationException extends IOException {
    private static final long serialVersionUID = 1;

    public BadConfigurationException(String message) {
        super(message);
    }
}
