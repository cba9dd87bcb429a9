package org.truckee.cli;

/// An option has a value that it cannot have: wrong usage.
final class WrongOptionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    WrongOptionException(String problem) {
        super(problem);
    }
}
