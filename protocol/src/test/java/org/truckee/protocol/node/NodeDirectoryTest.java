package org.truckee.protocol.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NodeDirectoryTest {
    private static final String CONFIGURATION = """
            [node]
            nickname = a
            tub.port = tcp:8098
            tub.location = tcp:192.0.2.1:8098,tcp:node.example:443
            [storage]
            enabled = true
            """;

    private final SecureRandom random = new SecureRandom();

    @TempDir
    private Path folder;

    private NodeDirectory create() throws IOException {
        return NodeDirectory.create(folder, CONFIGURATION, Map.of(), random);
    }

    @ParameterizedTest
    @ValueSource(strings = {"node.pem", "node.privkey"})
    void aKeyFileThatIsEmptyOrCutOrMissingIsOneSentenceAndNeverANewIdentity(String name) throws IOException {
        create();
        Path file = folder.resolve("private").resolve(name);
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {0, 1, whole.length / 2, whole.length - 2}) {
            byte[] cut = Arrays.copyOf(whole, length);
            Files.write(file, cut);
            assertThatThrownBy(() -> NodeDirectory.open(folder))
                    .isInstanceOf(BadConfigurationException.class)
                    .hasMessageMatching(".*/private/" + name + " (holds no .*|is .*): restore it from a backup");
            assertThat(file).hasBinaryContent(cut);
        }
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> NodeDirectory.open(folder))
                .hasMessage(file + " is not text: restore it from a backup");
        Files.delete(file);
        assertThatThrownBy(() -> NodeDirectory.open(folder)).hasMessage(file + " is missing: restore it from a backup");
        assertThat(file).doesNotExist();
    }

    @Test
    void aSecretThatIsDamagedIsOneSentenceAndNeverANewOne() throws IOException {
        var directory = create();
        byte[] secret = directory.secretBytes("secret", 32, random);
        assertThat(directory.secretBytes("secret", 32, random)).isEqualTo(secret);
        for (String damaged : new String[] {"", "aaaa", "not base32!"}) {
            Files.writeString(directory.secretFile("secret"), damaged);
            assertThatThrownBy(() -> directory.secretBytes("secret", 32, random))
                    .isInstanceOf(BadConfigurationException.class)
                    .hasMessage(directory.secretFile("secret")
                            + " does not hold 32 bytes in base32: restore it from a backup");
            assertThat(directory.secretFile("secret")).hasContent(damaged);
        }
    }

    @Test
    void anAddressKeepsItsSwissnumWhileItsPlacesChange() throws IOException {
        var before = create().address(NodeRole.STORAGE, random);
        assertThat(before.locations()).hasSize(2);
        Files.writeString(
                folder.resolve("tahoe.cfg"), CONFIGURATION.replace("192.0.2.1:8098,tcp:node", "192.0.2.2:99,tcp:node"));
        var after = NodeDirectory.open(folder).address(NodeRole.STORAGE, random);
        assertThat(after.swissnum()).isEqualTo(before.swissnum());
        assertThat(after.uri()).contains("192.0.2.2:99");
        assertThat(folder.resolve("private/storage.furl")).content(US_ASCII).isEqualTo(after.uri() + "\n");
    }

    @Test
    void whatAnInterruptedAttemptLeftIsUsed() throws IOException {
        byte[] certificate = Files.readAllBytes(create().secretFile("node.pem"));
        Files.delete(folder.resolve("tahoe.cfg"));
        assertThat(create().secretFile("node.pem")).hasBinaryContent(certificate);
    }

    @Test
    void secretsAreForTheirOwnerAlone() throws IOException {
        var directory = create();
        directory.address(NodeRole.STORAGE, random);
        for (String name : new String[] {"private/node.pem", "private/node.privkey", "private/storage.furl"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
                    .as(name)
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void announcementNumbersOnlyGrowAlsoAfterTheFileIsLost() throws IOException {
        var directory = create();
        assertThat(directory.nextAnnouncementNumber(1)).isEqualTo(1);
        assertThat(directory.nextAnnouncementNumber(1)).isEqualTo(2);
        Files.writeString(folder.resolve("announcement-seqnum"), "");
        assertThat(directory.nextAnnouncementNumber(7)).isEqualTo(7);
    }
}
