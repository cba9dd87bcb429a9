package org.truckee.protocol.node;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.truckee.crypto.AnnouncementKey;
import org.truckee.crypto.Base32;
import org.truckee.crypto.Furl;
import org.truckee.crypto.Location;
import org.truckee.crypto.MalformedAddressException;
import org.truckee.crypto.NodeCertificate;
import org.truckee.crypto.Nurl;
import org.truckee.crypto.Swissnum;

/// A node on disk: its configuration, its keys and what it has to remember, under Tahoe-LAFS's file names.
///
/// ```
/// tahoe.cfg               configuration; written last, so a directory that has it is complete
/// private/node.pem        certificate and key, for life
/// private/node.privkey    announcement key, for life
/// private/NAME.furl       address of service NAME, with its swissnum
/// private/NAME.nurl       the same for HTTPS
/// permutation-seed        place in the permuted ring, for life
/// announcement-seqnum     number of the last announcement
/// running.process         locked while a process runs on the directory
/// ```
public final class NodeDirectory {
    private static final String CONFIGURATION = "tahoe.cfg";
    private static final String AUTO = "AUTO";
    private static final String CERTIFICATE = "node.pem";
    private static final String HELPER = "helper";
    private static final String PORT = "port";
    private static final String ANNOUNCEMENT_KEY = "node.privkey";

    private final Path path;
    private final TahoeConfiguration configuration;
    private final NodeCertificate certificate;
    private final AnnouncementKey announcementKey;

    private NodeDirectory(
            Path path, TahoeConfiguration configuration, NodeCertificate certificate, AnnouncementKey announcementKey) {
        this.path = path;
        this.configuration = configuration;
        this.certificate = certificate;
        this.announcementKey = announcementKey;
    }

    /// Whether a node was made here.
    public static boolean exists(Path path) {
        return Files.exists(path.resolve(CONFIGURATION));
    }

    /// Makes a node with new keys, this text as its `tahoe.cfg`, and more files by their names; keys that an
    /// interrupted attempt left are used.
    public static NodeDirectory create(Path path, String configuration, Map<String, String> files, SecureRandom random)
            throws IOException {
        if (exists(path)) {
            throw new BadConfigurationException(path + " is a node's directory already");
        }
        Path secrets = path.resolve("private");
        Files.createDirectories(path);
        Files.createDirectories(
                secrets, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        if (!Files.exists(secrets.resolve(CERTIFICATE))) {
            WholeFile.writeSecret(
                    secrets.resolve(CERTIFICATE),
                    NodeCertificate.generate(random).toPem());
        }
        if (!Files.exists(secrets.resolve(ANNOUNCEMENT_KEY))) {
            WholeFile.writeSecret(
                    secrets.resolve(ANNOUNCEMENT_KEY),
                    AnnouncementKey.generate(random).toText() + "\n");
        }
        for (var file : files.entrySet()) {
            WholeFile.writeSecret(path.resolve(file.getKey()), file.getValue());
        }
        // it holds the introducer's address, which is a secret
        WholeFile.writeSecret(path.resolve(CONFIGURATION), configuration);
        return open(path);
    }

    public static NodeDirectory open(Path path) throws IOException {
        if (!exists(path)) {
            throw new BadConfigurationException(path + " is not a node's directory: it has no " + CONFIGURATION);
        }
        Path certificate = path.resolve("private").resolve(CERTIFICATE);
        Path key = path.resolve("private").resolve(ANNOUNCEMENT_KEY);
        return new NodeDirectory(
                path,
                TahoeConfiguration.read(path.resolve(CONFIGURATION)),
                NodeCertificate.fromPem(read(certificate))
                        .orElseThrow(() -> new BadConfigurationException(
                                certificate + " holds no certificate with its key: restore it from a backup")),
                AnnouncementKey.parse(read(key).strip())
                        .orElseThrow(() -> new BadConfigurationException(
                                key + " holds no announcement key: restore it from a backup")));
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new BadConfigurationException(file + " is missing: restore it from a backup");
        } catch (CharacterCodingException e) {
            throw new BadConfigurationException(file + " is not text: restore it from a backup");
        }
    }

    public Path path() {
        return path;
    }

    public TahoeConfiguration configuration() {
        return configuration;
    }

    public NodeCertificate certificate() {
        return certificate;
    }

    public AnnouncementKey announcementKey() {
        return announcementKey;
    }

    public String nickname() {
        return configuration.get("node", "nickname").orElse("none");
    }

    /// A file in `private/`.
    public Path secretFile(String name) {
        return path.resolve("private").resolve(name);
    }

    /// What stands in a file in `private/`, without the blanks around it.
    public Optional<String> secretText(String name) throws IOException {
        Path file = secretFile(name);
        return Files.exists(file) ? Optional.of(read(file).strip()) : Optional.empty();
    }

    /// The bytes that stand in base32 in `private/NAME`; made at random and kept, if the file is not there.
    public byte[] secretBytes(String name, int length, SecureRandom random) throws IOException {
        Path file = secretFile(name);
        if (!Files.exists(file)) {
            var bytes = new byte[length];
            random.nextBytes(bytes);
            WholeFile.writeSecret(file, Base32.encode(bytes) + "\n");
        }
        return Base32.decode(read(file).strip(), length)
                .orElseThrow(() -> new BadConfigurationException(
                        file + " does not hold " + length + " bytes in base32: restore it from a backup"));
    }

    /// Where the service of a role listens, from `[node] tub.port`; a helper may have a port of its own beside it.
    public InetSocketAddress listening(NodeRole role) throws IOException {
        if (hasPortOfItsOwn(role)) {
            return configuration.listenAddress(HELPER, PORT, "tcp:" + role.defaultPort());
        }
        return configuration.listenAddress("node", "tub.port", "tcp:" + role.defaultPort());
    }

    /// The address of the service of a role: its swissnum is made once and kept, its locations are today's.
    public Furl address(NodeRole role, SecureRandom random) throws IOException {
        InetSocketAddress listening = listening(role);
        List<Location> locations = locations(listening);
        return address(
                role.toString(),
                hasPortOfItsOwn(role)
                        ? locations.stream()
                                .map(location -> new Location(location.host(), listening.getPort()))
                                .distinct()
                                .toList()
                        : locations,
                random);
    }

    private boolean hasPortOfItsOwn(NodeRole role) {
        return role == NodeRole.HELPER && configuration.get(HELPER, PORT).isPresent();
    }

    private Furl address(String service, List<Location> locations, SecureRandom random) throws IOException {
        Optional<String> before = secretText(service + ".furl");
        Swissnum swissnum =
                before.isPresent() ? parseFurl(service, before.get()).swissnum() : Swissnum.random(random);
        Furl furl = Furl.of(certificate.tubId(), locations, swissnum);
        if (!before.equals(Optional.of(furl.uri()))) {
            WholeFile.writeSecret(secretFile(service + ".furl"), furl.uri() + "\n");
            WholeFile.writeSecret(
                    secretFile(service + ".nurl"), nurls(furl).getFirst().uri() + "\n");
        }
        return furl;
    }

    private Furl parseFurl(String service, String text) throws IOException {
        try {
            return Furl.parse(text);
        } catch (MalformedAddressException e) {
            throw new BadConfigurationException(secretFile(service + ".furl") + " is " + e.getMessage());
        }
    }

    /// What the node does, in the order in which it is started.
    ///
    /// @throws BadConfigurationException if that is nothing
    public Set<NodeRole> roles() throws IOException {
        Set<NodeRole> roles = EnumSet.noneOf(NodeRole.class);
        for (NodeRole role : NodeRole.values()) {
            if (role.isIn(this)) {
                roles.add(role);
            }
        }
        if (roles.isEmpty()) {
            throw new BadConfigurationException(path.resolve(CONFIGURATION)
                    + " switches nothing on: [storage] enabled = true makes a storage node,"
                    + " [helper] enabled = true a helper, [sftpd] enabled = true a gateway");
        }
        return roles;
    }

    /// The places where others reach a node that listens there, from `[node] tub.location`, in which `AUTO` stands
    /// for the addresses that the machine has now.
    private List<Location> locations(InetSocketAddress listening) throws IOException {
        String text = configuration.get("node", "tub.location").orElse(AUTO);
        List<Location> locations = new ArrayList<>();
        for (String hint : text.split(",")) {
            if (hint.strip().equals(AUTO)) {
                locations.addAll(OwnAddresses.of(listening));
            } else {
                Location.parse(hint.strip()).ifPresent(locations::add);
            }
        }
        if (locations.isEmpty()) {
            throw configuration.bad("node", "tub.location", "names no place such as tcp:HOST:PORT");
        }
        return locations.stream().distinct().toList();
    }

    /// The same address for HTTPS, once per location.
    public List<Nurl> nurls(Furl furl) {
        return furl.locations().stream()
                .map(location -> new Nurl(certificate.spkiHash(), location, furl.swissnum()))
                .toList();
    }

    /// Where the node stands in the permuted ring: its TubID where shares were placed by that, else its public key.
    public byte[] permutationSeed() throws IOException {
        Path file = path.resolve("permutation-seed");
        if (!Files.exists(file)) {
            WholeFile.write(file, Base32.encode(announcementKey.publicKey().toBytes()) + "\n");
        }
        return Base32.decode(read(file).strip())
                .orElseThrow(() -> new BadConfigurationException(file + " does not hold base32"));
    }

    /// The number for the next announcement, at least `least`.
    public long nextAnnouncementNumber(long least) throws IOException {
        Path file = path.resolve("announcement-seqnum");
        String text = Files.exists(file) ? read(file).strip() : "0";
        long last = text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
        long next = Math.max(last + 1, least);
        WholeFile.write(file, next + "\n");
        return next;
    }
}
