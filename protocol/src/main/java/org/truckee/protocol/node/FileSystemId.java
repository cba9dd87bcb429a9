package org.truckee.protocol.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.truckee.crypto.Base32;
import org.truckee.crypto.Digests;

/// By which one sees that two nodes keep their shares on one disk, and nothing else about the machine.
public final class FileSystemId {
    private static final Path MACHINE_ID = Path.of("/etc/machine-id");
    private static final int CHARACTERS = 16;

    private FileSystemId() {}

    /// A hash of the machine and the file system that an existing folder is on.
    public static String of(Path folder) throws IOException {
        String text = "truckee-filesystem " + machine() + " " + Files.getAttribute(folder, "unix:dev");
        return Base32.encode(Digests.sha256(text.getBytes(UTF_8))).substring(0, CHARACTERS);
    }

    private static String machine() throws IOException {
        return Files.isReadable(MACHINE_ID)
                ? Files.readString(MACHINE_ID).strip()
                : InetAddress.getLocalHost().getHostName();
    }
}
