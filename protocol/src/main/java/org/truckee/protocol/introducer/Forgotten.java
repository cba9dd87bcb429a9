package org.truckee.protocol.introducer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.WholeFile;

/// Nodes that somebody does not want to see any more, until they announce something newer: lines `SERVERID SEQNUM` of
/// `private/forgotten`, which may change at any time. Safe for use by several threads.
public final class Forgotten {
    private static final Logger LOG = LoggerFactory.getLogger(Forgotten.class);
    private static final FileTime NEVER = FileTime.fromMillis(0);

    private final Path file;

    /// These are guarded by this object's monitor.
    private FileTime readAt = NEVER;

    private Map<ServerId, Long> upTo = Map.of();

    private Forgotten(Path file) {
        this.file = file;
    }

    public static Forgotten of(NodeDirectory directory) {
        return new Forgotten(directory.secretFile("forgotten"));
    }

    /// Whether an announcement is one of those that nobody wants to see.
    public synchronized boolean covers(Announcement announcement) {
        refresh();
        return announcement.seqnum().orElse(0) <= upTo.getOrDefault(announcement.server(), -1L);
    }

    /// Forgets a node with all that it has announced up to a seqnum.
    public synchronized void add(ServerId server, long seqnum) throws IOException {
        refresh();
        Map<ServerId, Long> more = new TreeMap<>(upTo);
        more.merge(server, seqnum, Math::max);
        WholeFile.writeSecret(
                file,
                more.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue() + "\n")
                        .collect(Collectors.joining()));
    }

    private void refresh() {
        try {
            FileTime changed = Files.exists(file) ? Files.getLastModifiedTime(file) : NEVER;
            if (!changed.equals(readAt)) {
                upTo = read();
                readAt = changed;
            }
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("file", file).setCause(e).log("what is forgotten cannot be read");
        }
    }

    private Map<ServerId, Long> read() throws IOException {
        Map<ServerId, Long> all = new TreeMap<>();
        if (!Files.exists(file)) {
            return all;
        }
        for (String line : Files.readAllLines(file)) {
            String[] fields = line.strip().split("\\s+");
            if (fields.length == 2 && fields[1].matches("[0-9]{1,18}")) {
                all.put(new ServerId(fields[0]), Long.parseLong(fields[1]));
            }
        }
        return all;
    }
}
