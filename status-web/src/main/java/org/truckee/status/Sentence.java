package org.truckee.status;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// What went wrong, in words. The JDK's own file exceptions say no more than the file.
public final class Sentence {
    private Sentence() {}

    public static String of(Exception failure) {
        return switch (failure) {
            case NoSuchFileException e -> e.getFile() + " is not there";
            case AccessDeniedException e -> e.getFile() + " may not be read or written by this user" + reason(e);
            case FileAlreadyExistsException e -> e.getFile() + " is there already and not a directory" + reason(e);
            case NotDirectoryException e -> e.getFile() + " is not a directory";
            case FileSystemException e -> e.getFile() + " cannot be used" + reason(e);
            default ->
                failure.getMessage() == null || failure.getMessage().isEmpty()
                        ? "it failed (" + failure.getClass().getSimpleName() + ")"
                        : failure.getMessage();
        };
    }

    private static String reason(FileSystemException e) {
        return e.getReason() == null ? "" : ": " + e.getReason();
    }
}
