package org.truckee.protocol.storage;

import static org.truckee.protocol.storage.SecretHeader.LEASE_CANCEL_SECRET;
import static org.truckee.protocol.storage.SecretHeader.LEASE_RENEW_SECRET;
import static org.truckee.protocol.storage.SecretHeader.UPLOAD_SECRET;
import static org.truckee.protocol.storage.SecretHeader.WRITE_ENABLER;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.truckee.crypto.StorageIndex;

/// What can be asked of a storage server over HTTPS: the method, the path below `/storage/v1`, and the secrets it
/// takes, no more and no less. In a path `KIND` is `immutable` or `mutable`, `SI` a storage index, `N` a share number.
enum Operation {
    VERSION("GET", "version"),
    RENEW_LEASE("PUT", "lease/SI", LEASE_RENEW_SECRET, LEASE_CANCEL_SECRET),
    ALLOCATE("POST", "immutable/SI", LEASE_RENEW_SECRET, LEASE_CANCEL_SECRET, UPLOAD_SECRET),
    WRITE("PATCH", "immutable/SI/N", UPLOAD_SECRET),
    ABORT("PUT", "immutable/SI/N/abort", UPLOAD_SECRET),
    LIST("GET", "KIND/SI/shares"),
    READ("GET", "KIND/SI/N"),
    CORRUPT("POST", "KIND/SI/N/corrupt"),
    READ_TEST_WRITE("POST", "mutable/SI/read-test-write", WRITE_ENABLER, LEASE_RENEW_SECRET, LEASE_CANCEL_SECRET);

    private static final List<String> ROOT = List.of("storage", "v1");

    private final String method;
    private final List<String> pattern;
    private final Set<SecretHeader> secrets;

    Operation(String method, String pattern, SecretHeader... secrets) {
        this.method = method;
        this.pattern = List.of(pattern.split("/"));
        this.secrets = Set.of(secrets);
    }

    String method() {
        return method;
    }

    Set<SecretHeader> secrets() {
        return secrets;
    }

    /// What a path names.
    record Target(ShareKind kind, Optional<StorageIndex> index, int share) {
        StorageIndex storageIndex() {
            return index.orElseThrow();
        }
    }

    /// The path to this operation on a target, from the root of the server.
    String path(Target target) {
        var path = new StringBuilder("/storage/v1");
        for (String segment : pattern) {
            path.append('/')
                    .append(
                            switch (segment) {
                                case "KIND" -> target.kind();
                                case "SI" -> target.storageIndex();
                                case "N" -> target.share();
                                default -> segment;
                            });
        }
        return path.toString();
    }

    /// The target, if `path` is one of this operation's.
    Optional<Target> match(List<String> path) {
        if (path.size() != ROOT.size() + pattern.size()
                || !path.subList(0, ROOT.size()).equals(ROOT)) {
            return Optional.empty();
        }
        var target = Optional.of(new Target(ShareKind.IMMUTABLE, Optional.empty(), 0));
        for (int i = 0; i < pattern.size(); i++) {
            String segment = path.get(ROOT.size() + i);
            String expected = pattern.get(i);
            target = target.flatMap(known -> match(expected, segment, known));
        }
        return target;
    }

    private static Optional<Target> match(String expected, String segment, Target known) {
        return switch (expected) {
            case "KIND" -> ShareKind.parse(segment).map(kind -> new Target(kind, known.index(), known.share()));
            case "SI" ->
                StorageIndex.parse(segment).map(index -> new Target(known.kind(), Optional.of(index), known.share()));
            case "N" ->
                segment.matches("[0-9]{1,9}")
                        ? Optional.of(new Target(known.kind(), known.index(), Integer.parseInt(segment)))
                        : Optional.empty();
            default -> expected.equals(segment) ? Optional.of(known) : Optional.empty();
        };
    }
}
