package org.truckee.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.protocol.node.BadConfigurationException;

class GatewayEnvironmentTest {
    @Test
    void withoutVariablesTheAccountIsTheOneThatEverybodyKnows() throws IOException {
        assertThat(GatewayEnvironment.of(Map.of()))
                .isEqualTo(new GatewayEnvironment(new FirstAccount("tahoe", "passw0rd", false), Optional.empty()));
    }

    @Test
    void anEmptyVariableIsNone() throws IOException {
        assertThat(GatewayEnvironment.of(Map.of("TRUCKEE_SFTP_PASSWORD", "", "TRUCKEE_PUBLISHED_ADDRESS", " ")))
                .isEqualTo(GatewayEnvironment.of(Map.of()));
    }

    @Test
    void aPasswordInAFileGoesBeforeOneInAVariable(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "from-file\n");
        assertThat(GatewayEnvironment.of(Map.of(
                        "TRUCKEE_SFTP_USER", "me",
                        "TRUCKEE_SFTP_PASSWORD", "from-variable",
                        "TRUCKEE_SFTP_PASSWORD_FILE", file.toString(),
                        "TRUCKEE_PUBLISHED_ADDRESS", "::1")))
                .isEqualTo(new GatewayEnvironment(
                        new FirstAccount("me", "from-file", true), Optional.of(InetAddress.ofLiteral("::1"))));
    }

    @Test
    void aPublishedAddressThatIsANameIsRefused() {
        assertThatThrownBy(() -> GatewayEnvironment.of(Map.of("TRUCKEE_PUBLISHED_ADDRESS", "localhost")))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessage("TRUCKEE_PUBLISHED_ADDRESS is not an IP address: localhost");
    }
}
