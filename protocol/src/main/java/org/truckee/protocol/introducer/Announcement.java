package org.truckee.protocol.introducer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.truckee.crypto.AnnouncementPublicKey;
import org.truckee.crypto.Base32;
import org.truckee.crypto.Digests;
import org.truckee.crypto.Furl;
import org.truckee.crypto.Location;
import org.truckee.crypto.MalformedAddressException;
import org.truckee.crypto.Nurl;

/// What a node says about one service of its own: JSON whose keys are Tahoe-LAFS's. Keys that we do not know are
/// kept.
public final class Announcement {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NONCE_BYTES = 32;
    private static final int MAX_NICKNAME = 64;

    /// The service that storage nodes announce.
    public static final String STORAGE = "storage";

    /// The service that helpers announce.
    public static final String HELPER = "helper";

    private static final String SERVICE_NAME = "service-name";
    private static final String NICKNAME = "nickname";
    private static final String MY_VERSION = "my-version";
    private static final String SEQNUM = "seqnum";
    private static final String STORAGE_FURL = "anonymous-storage-FURL";
    private static final String STORAGE_NURLS = "anonymous-storage-NURLs";
    private static final String HELPER_FURL = "helper-FURL";
    private static final String HELPER_NURLS = "helper-NURLs";
    private static final String FILESYSTEM = "truckee-filesystem";
    private static final String PERMUTATION_SEED = "permutation-seed-base32";

    private final ServerId server;
    private final ObjectNode json;

    private Announcement(ServerId server, ObjectNode json) {
        this.server = server;
        this.json = json;
    }

    static Announcement parse(ServerId server, byte[] message) throws BadAnnouncementException {
        try {
            if (JSON.readTree(message) instanceof ObjectNode json
                    && json.path(SERVICE_NAME).isTextual()) {
                return new Announcement(server, json);
            }
        } catch (IOException notJson) {
            throw new BadAnnouncementException("its message is not JSON");
        }
        throw new BadAnnouncementException("its message is not an object with a " + SERVICE_NAME);
    }

    /// What somebody wrote down about a storage server by hand.
    static Announcement ofStorage(ServerId server, ObjectNode json) {
        return new Announcement(server, json.deepCopy().put(SERVICE_NAME, STORAGE));
    }

    /// What a node wants to say of its storage service, to be signed; `filesystem` is as [#filesystem] gives it.
    /// `seqnum` grows with each announcement.
    public static byte[] storage(
            String nickname,
            String version,
            Furl furl,
            List<Nurl> nurls,
            byte[] permutationSeed,
            String filesystem,
            long seqnum) {
        ObjectNode json = about(STORAGE, nickname, version, seqnum)
                .put(PERMUTATION_SEED, Base32.encode(permutationSeed))
                .put(FILESYSTEM, filesystem);
        return located(json, STORAGE_FURL, furl, STORAGE_NURLS, nurls);
    }

    /// The same of its helper.
    public static byte[] helper(String nickname, String version, Furl furl, List<Nurl> nurls, long seqnum) {
        return located(about(HELPER, nickname, version, seqnum), HELPER_FURL, furl, HELPER_NURLS, nurls);
    }

    private static ObjectNode about(String service, String nickname, String version, long seqnum) {
        var nonce = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(nonce);
        ObjectNode json = JSON.createObjectNode()
                .put("version", 0)
                .put(NICKNAME, nickname)
                .put(MY_VERSION, version)
                .put("oldest-supported", "1.0.0")
                .put(SERVICE_NAME, service)
                .put(SEQNUM, seqnum)
                .put("nonce", Base32.encode(nonce));
        json.putArray("app-versions");
        return json;
    }

    private static byte[] located(ObjectNode json, String furlKey, Furl furl, String nurlsKey, List<Nurl> nurls) {
        json.put(furlKey, furl.uri());
        var array = json.putArray(nurlsKey);
        nurls.forEach(nurl -> array.add(nurl.uri()));
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JacksonException e) {
            throw new AssertionError("a tree of texts and numbers is written", e);
        }
    }

    private static String printable(String text) {
        String printable = text.replaceAll("\\p{C}", "");
        return printable.substring(0, Math.min(printable.length(), MAX_NICKNAME));
    }

    public ServerId server() {
        return server;
    }

    /// `storage` or `helper`.
    public String serviceName() {
        return json.path(SERVICE_NAME).asText();
    }

    /// What the node calls itself, cut and without control characters; not to be trusted for anything else.
    public String nickname() {
        return printable(json.path(NICKNAME).asText(""));
    }

    /// Others need not look at a name that is not one.
    ///
    /// @throws BadAnnouncementException if it is longer than 64 characters or does not print
    public void checkNickname() throws BadAnnouncementException {
        if (!json.path(NICKNAME).asText("").equals(nickname())) {
            throw new BadAnnouncementException(
                    "its nickname has more than " + MAX_NICKNAME + " characters, or some that do not print");
        }
    }

    /// What the node runs, cut and without control characters.
    public String version() {
        return printable(json.path(MY_VERSION).asText(""));
    }

    /// The same for nodes that keep shares on one disk: a hash of the machine and its file system.
    public Optional<String> filesystem() {
        return Optional.of(printable(json.path(FILESYSTEM).asText(""))).filter(text -> !text.isEmpty());
    }

    /// Where it says that its service is, without the secret part.
    public List<String> places() {
        return Stream.of(
                        storageNurls().stream().map(Nurl::location),
                        storageFurl().map(Furl::locations).orElse(List.of()).stream(),
                        helperFurl().map(Furl::locations).orElse(List.of()).stream())
                .flatMap(locations -> locations)
                .map(Location::toString)
                .distinct()
                .toList();
    }

    /// Grows with each announcement of one node; old nodes have none.
    public OptionalLong seqnum() {
        JsonNode seqnum = json.path(SEQNUM);
        return seqnum.canConvertToLong() && seqnum.isIntegralNumber()
                ? OptionalLong.of(seqnum.longValue())
                : OptionalLong.empty();
    }

    /// Whether it is the same.
    public boolean says(Announcement other) {
        return json.equals(other.json);
    }

    /// Whether it takes the place of one that is held of the same service and node: it must say something else and,
    /// if that has a seqnum, have a greater one.
    public boolean replaces(Announcement held) {
        return !json.equals(held.json)
                && (held.seqnum().isEmpty()
                        || seqnum().orElse(Long.MIN_VALUE) > held.seqnum().getAsLong());
    }

    /// Whether this is about the same storage server as `other`, as far as a client's secrets and the server's place
    /// in the permuted ring and its name go; it may have moved.
    public boolean namesTheServerOf(Announcement other) {
        return storageFurl().map(Furl::tubId).equals(other.storageFurl().map(Furl::tubId))
                && nickname().equals(other.nickname())
                && Arrays.equals(permutationSeed(), other.permutationSeed());
    }

    /// The storage service's address as a FURL; all secrets that servers ask for depend on its TubID.
    public Optional<Furl> storageFurl() {
        return furl(STORAGE_FURL);
    }

    /// The helper's address.
    public Optional<Furl> helperFurl() {
        return furl(HELPER_FURL).filter(furl -> !furl.locations().isEmpty());
    }

    private Optional<Furl> furl(String key) {
        try {
            return Optional.of(Furl.parse(json.path(key).asText("")));
        } catch (MalformedAddressException e) {
            return Optional.empty();
        }
    }

    /// The storage service's addresses for HTTPS; those that do not parse are left out.
    public List<Nurl> storageNurls() {
        var nurls = new ArrayList<Nurl>();
        for (JsonNode text : json.path(STORAGE_NURLS)) {
            try {
                nurls.add(Nurl.parse(text.asText("")));
            } catch (MalformedAddressException e) {
                // an address of a kind we do not know; the others may do
            }
        }
        return nurls;
    }

    /// Where the server stands in the permuted ring; any bytes.
    public byte[] permutationSeed() {
        return Base32.decode(json.path(PERMUTATION_SEED).asText(""))
                .filter(seed -> seed.length > 0)
                .or(() -> AnnouncementPublicKey.parse(server.text()).map(AnnouncementPublicKey::toBytes))
                .orElseGet(() -> Digests.sha256(server.text().getBytes(UTF_8)));
    }

    @Override
    public String toString() {
        return "Announcement(" + serviceName() + " of " + server + ")";
    }
}
