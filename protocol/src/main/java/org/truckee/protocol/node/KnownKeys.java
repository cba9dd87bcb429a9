package org.truckee.protocol.node;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The keys of a `tahoe.cfg`, by section: those that mean something here, and those that mean something to Tahoe-LAFS
/// only.
final class KnownKeys {
    private static final Map<String, Set<String>> HONOURED = Map.of(
            "node", Set.of("nickname", "tub.port", "tub.location", "web.port", "web.hosts"),
            "client",
                    Set.of(
                            "introducer.furl",
                            "helper.furl",
                            "helper.mode",
                            "helper.verify",
                            "shares.needed",
                            "shares.happy",
                            "shares.total",
                            "directories.copies",
                            "repair",
                            "repair.grace",
                            "upload.rate",
                            "download.rate"),
            "storage",
                    Set.of(
                            "enabled",
                            "readonly",
                            "reserved_space",
                            "storage_dir",
                            "maximum_size",
                            "expire.enabled",
                            "expire.mode",
                            "expire.override_lease_duration",
                            "expire.cutoff_date",
                            "expire.immutable",
                            "expire.mutable"),
            "sftpd", Set.of("enabled", "port", "accounts.file", "staging.dir", "staging.max", "close"),
            "helper", Set.of("enabled", "port", "relay.networks"),
            "network",
                    Set.of(
                            "connections.max",
                            "handshakes.rate",
                            "handshakes.burst",
                            "requests.rate",
                            "requests.burst",
                            "head.bytes",
                            "head.seconds",
                            "idle.seconds",
                            "body.rate",
                            "body.seconds",
                            "refusals.max"));

    private static final Map<String, Set<String>> WITHOUT_EFFECT = Map.of(
            "node",
                    Set.of(
                            "log_gatherer.furl",
                            "reveal-ip-address",
                            "tempdir",
                            "timeout.disconnect",
                            "timeout.keepalive",
                            "web.static"),
            "client",
                    Set.of(
                            "key_generator.furl",
                            "mutable.format",
                            "peers.preferred",
                            "shares._max_immutable_segment_size_for_testing",
                            "storage.plugins",
                            "force_foolscap"),
            "storage",
                    Set.of(
                            "upload.rate",
                            "download.rate",
                            "debug_discard",
                            "anonymous",
                            "plugins",
                            "grid_management",
                            "force_foolscap"),
            "sftpd", Set.of("host_pubkey_file", "host_privkey_file"));

    /// Sections of Tahoe-LAFS in which anything may stand.
    private static final List<String> SECTIONS_WITHOUT_EFFECT =
            List.of("connections", "tor", "i2p", "grid_managers", "grid_manager_certificates");

    private static final List<String> SECTION_STARTS_WITHOUT_EFFECT =
            List.of("storageclient.plugins.", "storageserver.plugins.");

    private KnownKeys() {}

    static boolean isHonoured(String section, String key) {
        return HONOURED.getOrDefault(section, Set.of()).contains(key);
    }

    static boolean isWithoutEffect(String section, String key) {
        return WITHOUT_EFFECT.getOrDefault(section, Set.of()).contains(key)
                || SECTIONS_WITHOUT_EFFECT.contains(section)
                || SECTION_STARTS_WITHOUT_EFFECT.stream().anyMatch(section::startsWith);
    }

    /// The known key of the same section, or else the section, that is most like one that is not known, as
    /// `[section] key`.
    static Optional<String> nearest(String section, String key) {
        Set<String> keys = new TreeSet<>(HONOURED.getOrDefault(section, Set.of()));
        keys.addAll(WITHOUT_EFFECT.getOrDefault(section, Set.of()));
        return keys.isEmpty()
                ? closest(section, HONOURED.keySet()).map(name -> "[" + name + "] " + key)
                : closest(key, keys).map(name -> "[" + section + "] " + name);
    }

    private static Optional<String> closest(String text, Collection<String> all) {
        return all.stream()
                .min(Comparator.<String>comparingInt(other -> distance(text, other))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /// Letters to insert, remove or change (Levenshtein).
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
