package org.truckee.sftp;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/// How an SFTP request ended, with the sentence that the client may show.
record SftpStatus(int code, String message) {
    static final int OK = 0;
    static final int EOF = 1;
    static final int NO_SUCH_FILE = 2;
    static final int PERMISSION_DENIED = 3;
    static final int FAILURE = 4;
    static final int BAD_MESSAGE = 5;
    static final int UNSUPPORTED = 8;

    static final SftpStatus DONE = new SftpStatus(OK, "done");
    static final SftpStatus END = new SftpStatus(EOF, "end of file");

    static SftpStatus of(Exception failure) {
        String message = Objects.requireNonNullElse(failure.getMessage(), "the request failed");
        return switch (failure) {
            case NoSuchFileException _ -> new SftpStatus(NO_SUCH_FILE, "no such file or directory: " + message);
            case AccessDeniedException _ -> new SftpStatus(PERMISSION_DENIED, message);
            case UnsupportedOperationException _ -> new SftpStatus(UNSUPPORTED, message);
            case IOException _ -> new SftpStatus(FAILURE, message);
            default -> new SftpStatus(FAILURE, "the gateway failed; its log says why");
        };
    }
}
