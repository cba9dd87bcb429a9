package org.truckee.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.protocol.node.NodeDirectory;

class HostKeysTest {
    @Test
    void aKeyThatIsLostIsNotReplacedSilently(@TempDir Path folder) throws Exception {
        NodeDirectory directory = NodeDirectory.create(folder.resolve("gateway"), "", Map.of(), new SecureRandom());
        assertThat(HostKeys.of(directory).loadKeys(null)).hasSize(2);
        Path key = directory.secretFile(HostKeys.ED25519_FILE);
        Files.write(key, new byte[0]);
        assertThatThrownBy(() -> HostKeys.of(directory))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(key + " holds no SSH host key; restore it from a backup");
    }
}
