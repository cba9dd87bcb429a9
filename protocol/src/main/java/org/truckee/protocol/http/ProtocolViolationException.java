package org.truckee.protocol.http;

import java.io.IOException;

/// The other side answers, but not as its protocol has it.
public final class ProtocolViolationException extends IOException {
    private static final long serialVersionUID = 1;

    private final String problem;

    public ProtocolViolationException(String problem) {
        super("the server does not keep to the protocol: " + problem);
        this.problem = problem;
    }

    public ProtocolViolationException(String problem, Throwable cause) {
        super("the server does not keep to the protocol: " + problem, cause);
        this.problem = problem;
    }

    public String problem() {
        return problem;
    }
}
