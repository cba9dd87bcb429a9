package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.truckee.client.cap.Encoding;
import org.truckee.crypto.Furl;
import org.truckee.crypto.MalformedAddressException;
import org.truckee.protocol.introducer.Introducers;
import org.truckee.protocol.node.BadConfigurationException;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.TahoeConfiguration;
import org.truckee.protocol.node.WholeFile;

/// What a gateway has that no other machine has, as one file to be kept somewhere else: a gateway made from it shows
/// the same trees to the same people. Everything in it is secret.
///
/// ```
/// {"truckee-recovery": 1,
///  "encoding": {"needed": 3, "happy": 7, "total": 10},
///  "introducers": {NAME: ADDRESS, ...},
///  "files": {NAME: TEXT, ...}}                    of the node's directory: accounts, root, convergence, host keys
/// ```
///
/// With a passphrase all but the first line is in `sealed`, by AES-256-GCM:
///
/// ```
/// {"truckee-recovery": 1,
///  "salt": base64,                                 of argon2id, 64 MiB, 3 passes, 1 lane, which makes the key
///  "sealed": base64}                               nonce (12), ciphertext, tag (16)
/// ```
public final class RecoveryFile {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FORMAT = "truckee-recovery";
    private static final int VERSION = 1;
    private static final String SEALED = "sealed";
    private static final String SALT = "salt";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private static final String ACCOUNTS = "private/accounts";

    /// Of the node's directory; neither the node's keys nor `private/secret`, which only make sense once.
    private static final List<String> FILES = List.of(
            ACCOUNTS,
            "private/aliases",
            "private/convergence",
            "private/environment-password",
            "private/" + HostKeys.ED25519_FILE,
            "private/" + HostKeys.RSA_FILE);

    private final int needed;
    private final int happy;
    private final int total;
    private final Map<String, Furl> introducers;
    private final Map<String, String> files;

    private RecoveryFile(int needed, int happy, int total, Map<String, Furl> introducers, Map<String, String> files) {
        this.needed = needed;
        this.happy = happy;
        this.total = total;
        this.introducers = new TreeMap<>(introducers);
        this.files = new LinkedHashMap<>(files);
    }

    public int needed() {
        return needed;
    }

    public int happy() {
        return happy;
    }

    public int total() {
        return total;
    }

    /// By the names that the gateway had for them.
    public Map<String, Furl> introducers() {
        return new TreeMap<>(introducers);
    }

    /// Files of the new node's directory, by name.
    public Map<String, String> files() {
        return new LinkedHashMap<>(files);
    }

    /// What a gateway's directory holds.
    ///
    /// @throws BadConfigurationException if there is nothing to recover, because it has no root directory yet
    public static RecoveryFile of(NodeDirectory directory) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        for (String name : FILES) {
            Path file = directory.path().resolve(name);
            if (Files.exists(file)) {
                files.put(name, Files.readString(file));
            }
        }
        String accounts = accounts(directory);
        files.put(ACCOUNTS, accounts);
        if (accounts.isEmpty()) {
            throw new BadConfigurationException(
                    directory.path() + " has no accounts, so there is nothing to recover yet: run the gateway first");
        }
        TahoeConfiguration configuration = directory.configuration();
        return new RecoveryFile(
                configuration.number("client", "shares.needed", 1, Encoding.MAX_TOTAL, 3),
                configuration.number("client", "shares.happy", 1, Encoding.MAX_TOTAL, 7),
                configuration.number("client", "shares.total", 1, Encoding.MAX_TOTAL, 10),
                Introducers.of(directory),
                files);
    }

    /// The lines of all files of accounts.
    private static String accounts(NodeDirectory directory) throws IOException {
        var lines = new StringBuilder();
        for (Path path : GatewaySecrets.accountFiles(directory)) {
            if (Files.exists(path)) {
                Files.readAllLines(path).forEach(line -> lines.append(line).append('\n'));
            }
        }
        return lines.toString();
    }

    /// Takes note that somebody has it now, which the gateway's page tells.
    public static void made(NodeDirectory directory) throws IOException {
        WholeFile.writeSecret(directory.secretFile("recovery-made"), "\n");
    }

    /// The text of the file.
    public String text() {
        return pretty(json());
    }

    /// The text of the file, of use only to who knows the passphrase.
    public String text(String passphrase, SecureRandom random) {
        var salt = new byte[16];
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(salt);
        random.nextBytes(nonce);
        byte[] sealed = crypt(
                        Cipher.ENCRYPT_MODE,
                        passphrase,
                        salt,
                        nonce,
                        ByteBuffer.wrap(pretty(json()).getBytes(UTF_8)))
                .orElseThrow(() -> new IllegalStateException("AES-GCM is not there"));
        var json = JSON.createObjectNode().put(FORMAT, VERSION);
        json.put(SALT, Base64.getEncoder().encodeToString(salt));
        json.put(
                SEALED,
                Base64.getEncoder()
                        .encodeToString(ByteBuffer.allocate(NONCE_BYTES + sealed.length)
                                .put(nonce)
                                .put(sealed)
                                .array()));
        return pretty(json);
    }

    private ObjectNode json() {
        var json = JSON.createObjectNode().put(FORMAT, VERSION);
        json.putObject("encoding").put("needed", needed).put("happy", happy).put("total", total);
        var addresses = json.putObject("introducers");
        introducers.forEach((name, furl) -> addresses.put(name, furl.uri()));
        var contents = json.putObject("files");
        files.forEach(contents::put);
        return json;
    }

    private static String pretty(ObjectNode json) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts is JSON", e);
        }
    }

    /// Whether a passphrase is needed to read this text.
    public static boolean isSealed(String text) throws IOException {
        return parsed(text).has(SEALED);
    }

    /// Reads a file that has no passphrase.
    public static RecoveryFile parse(String text) throws IOException {
        return of(parsed(text));
    }

    /// Reads a file that has a passphrase.
    public static RecoveryFile parse(String text, String passphrase) throws IOException {
        JsonNode json = parsed(text);
        var sealed = ByteBuffer.wrap(bytes(json, SEALED));
        if (sealed.remaining() < NONCE_BYTES) {
            throw new BadConfigurationException("the recovery file is cut short");
        }
        var nonce = new byte[NONCE_BYTES];
        sealed.get(nonce);
        byte[] plain = crypt(Cipher.DECRYPT_MODE, passphrase, bytes(json, SALT), nonce, sealed)
                .orElseThrow(() -> new BadConfigurationException(
                        "the passphrase is not the recovery file's, or the file is damaged"));
        return of(parsed(new String(plain, UTF_8)));
    }

    private static JsonNode parsed(String text) throws BadConfigurationException {
        try {
            JsonNode json = JSON.readTree(text);
            if (json.path(FORMAT).asInt(0) != VERSION) {
                throw new BadConfigurationException("this is not a recovery file of version " + VERSION);
            }
            return json;
        } catch (JsonProcessingException e) {
            throw new BadConfigurationException("this is not a recovery file");
        }
    }

    private static byte[] bytes(JsonNode json, String field) throws BadConfigurationException {
        try {
            return Base64.getDecoder().decode(json.path(field).asText());
        } catch (IllegalArgumentException e) {
            throw new BadConfigurationException("the recovery file's " + field + " is damaged");
        }
    }

    private static RecoveryFile of(JsonNode json) throws IOException {
        Map<String, Furl> introducers = new TreeMap<>();
        for (var address : json.path("introducers").properties()) {
            introducers.put(address.getKey(), address(address.getValue().asText()));
        }
        Map<String, String> files = new LinkedHashMap<>();
        for (var file : json.path("files").properties()) {
            if (!FILES.contains(file.getKey())) {
                throw new BadConfigurationException("the recovery file has a file that is none of a gateway's");
            }
            files.put(file.getKey(), file.getValue().asText());
        }
        JsonNode encoding = json.path("encoding");
        int needed = encoding.path("needed").asInt();
        int happy = encoding.path("happy").asInt();
        int total = encoding.path("total").asInt();
        if (needed < 1 || needed > total || happy < 1 || happy > total || total > Encoding.MAX_TOTAL) {
            throw new BadConfigurationException("the recovery file's encoding has to be 1 <= needed, happy <= total <= "
                    + Encoding.MAX_TOTAL + ", and it has " + needed + ", " + happy + ", " + total);
        }
        return new RecoveryFile(needed, happy, total, introducers, files);
    }

    private static Furl address(String text) throws BadConfigurationException {
        try {
            return Furl.parse(text);
        } catch (MalformedAddressException e) {
            throw new BadConfigurationException("an introducer in the recovery file is " + e.getMessage());
        }
    }

    /// Nothing where a sealed text was sealed by another key.
    private static Optional<byte[]> crypt(int mode, String passphrase, byte[] salt, byte[] nonce, ByteBuffer text) {
        try {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            var key = new SecretKeySpec(PasswordHash.key(passphrase, salt), "AES");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            var result = ByteBuffer.allocate(cipher.getOutputSize(text.remaining()));
            cipher.doFinal(text, result);
            var bytes = new byte[result.flip().remaining()];
            result.get(bytes);
            return Optional.of(bytes);
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "RecoveryFile(hidden)";
    }
}
