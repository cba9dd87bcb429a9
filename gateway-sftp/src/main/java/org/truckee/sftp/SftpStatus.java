package org.truckee.sftp;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// How a request ended, with the sentence that the client may show. `ordinary` is what happens on every file system.
record SftpStatus(int code, String message, boolean ordinary) {
    private static final int OK = 0;
    private static final int EOF = 1;
    private static final int NO_SUCH_FILE = 2;
    private static final int PERMISSION_DENIED = 3;
    private static final int FAILURE = 4;
    private static final int BAD_MESSAGE = 5;
    private static final int UNSUPPORTED = 8;

    static final SftpStatus DONE = new SftpStatus(OK, "done", true);
    static final SftpStatus END = new SftpStatus(EOF, "end of file", true);

    static SftpStatus unsupported(String what) {
        return new SftpStatus(UNSUPPORTED, what, true);
    }

    static SftpStatus of(Exception failure) {
        return switch (failure) {
            case NoSuchFileException e -> ordinary(NO_SUCH_FILE, e.getFile() + " is not there");
            case AccessDeniedException e -> ordinary(PERMISSION_DENIED, sentence(e, "may not be used like this"));
            case FileAlreadyExistsException e -> ordinary(FAILURE, e.getFile() + " is there already");
            case DirectoryNotEmptyException e -> ordinary(FAILURE, e.getFile() + " is not empty");
            case NotDirectoryException e -> ordinary(FAILURE, e.getFile() + " is not a directory");
            case FileSystemException e -> ordinary(FAILURE, sentence(e, "cannot be used like this"));
            case SftpPackets.MalformedPacketException e -> ordinary(BAD_MESSAGE, String.valueOf(e.getMessage()));
            case IOException e when e.getMessage() != null -> new SftpStatus(FAILURE, e.getMessage(), false);
            default -> new SftpStatus(FAILURE, "the gateway failed; its log says why", false);
        };
    }

    private static SftpStatus ordinary(int code, String message) {
        return new SftpStatus(code, message, true);
    }

    private static String sentence(FileSystemException e, String otherwise) {
        return e.getFile() + " " + (e.getReason() == null ? otherwise : e.getReason());
    }
}
