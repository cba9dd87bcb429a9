package org.truckee.sftp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.truckee.client.files.OpenFile;

/// The folder where files lie while they are written.
record Staging(Path folder, SecureRandom random) {
    StagedFile create(Optional<OpenFile> base) throws IOException {
        return StagedFile.create(folder, base, random);
    }

    /// How much can be staged.
    long usableBytes() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }
}
