package org.truckee.sftp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.truckee.client.cap.Encoding;
import org.truckee.client.grid.ServerStatus;
import org.truckee.client.grid.ServerStatus.Connected;

/// How much a user can still store on what the servers have.
final class UsableSpace {
    /// Space that is free once, for `servers` that share it.
    record Disk(long freeBytes, int servers) {}

    private UsableSpace() {}

    /// The disks of the connected servers that take something; servers that do not say on which they are have one
    /// each. Of several answers for one disk the smallest counts.
    static List<Disk> disks(List<ServerStatus> servers) {
        Map<String, Disk> disks = new LinkedHashMap<>();
        for (ServerStatus server : servers) {
            if (server.connection() instanceof Connected connected
                    && connected.version().availableSpace() > 0) {
                var one = new Disk(connected.version().availableSpace(), 1);
                disks.merge(
                        server.filesystem().orElse(server.server().id().text()),
                        one,
                        (a, b) -> new Disk(Math.min(a.freeBytes(), b.freeBytes()), a.servers() + b.servers()));
            }
        }
        return new ArrayList<>(disks.values());
    }

    /// Bytes of files, each of which has its shares on different servers as far as there are enough: the most for
    /// which all shares find room when no server keeps more than its part of each. 0 if fewer than `happy` servers
    /// take anything.
    static long forFiles(List<Disk> disks, Encoding encoding, int happy) {
        int servers = disks.stream().mapToInt(Disk::servers).sum();
        if (servers < happy) {
            return 0;
        }
        int perServer = Math.ceilDiv(encoding.total(), servers);
        long low = 0;
        long high = Long.MAX_VALUE / (4L * Encoding.MAX_TOTAL);
        while (low < high) {
            long middle = low + (high - low + 1) / 2;
            if (fits(middle, perServer, disks, encoding)) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /// Whether shares of files of so many bytes find room.
    private static boolean fits(long bytes, int perServer, List<Disk> disks, Encoding encoding) {
        double share = (double) bytes / encoding.required();
        double room = disks.stream()
                .mapToDouble(disk -> Math.min((double) disk.freeBytes(), share * perServer * disk.servers()))
                .sum();
        return room >= share * encoding.total();
    }
}
