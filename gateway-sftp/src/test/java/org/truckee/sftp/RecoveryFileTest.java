package org.truckee.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.protocol.node.BadConfigurationException;
import org.truckee.protocol.node.NodeDirectory;

class RecoveryFileTest {
    private static final String ADDRESS =
            "pb://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@tcp:192.0.2.1:44190/ffffffffffffffffffffffffffffffff";

    @TempDir
    Path folder;

    private NodeDirectory directory;

    @BeforeEach
    void makeNode() throws IOException {
        directory = NodeDirectory.create(
                folder.resolve("gateway"),
                "[client]\nintroducer.furl = " + ADDRESS + "\nshares.needed = 2\nshares.happy = 3\nshares.total = 5\n",
                Map.of("private/convergence", "aaaa\n", "private/secret", "bbbb\n"),
                new SecureRandom());
    }

    private void addAccounts() throws IOException {
        Files.writeString(directory.secretFile("accounts"), "alice $hash cap"); // as editors may leave it
        Files.writeString(directory.path().resolve("ftp.accounts"), "bob $hash cap\n");
    }

    private static void expectAll(RecoveryFile file) {
        assertThat(file.needed() + " " + file.happy() + " " + file.total()).isEqualTo("2 3 5");
        assertThat(file.introducers()).containsOnlyKeys("default");
        assertThat(file.files())
                .containsOnlyKeys("private/accounts", "private/convergence")
                .containsEntry("private/accounts", "alice $hash cap\nbob $hash cap\n");
    }

    @Test
    void everythingComesBackAndNothingElse() throws IOException {
        addAccounts();
        expectAll(RecoveryFile.parse(RecoveryFile.of(directory).text()));
    }

    @Test
    void aPassphraseHidesEverything() throws IOException {
        addAccounts();
        String text = RecoveryFile.of(directory).text("correct horse", new SecureRandom());
        assertThat(text).doesNotContain("alice").doesNotContain("pb://").doesNotContain("aaaa");
        assertThat(RecoveryFile.isSealed(text)).isTrue();
        expectAll(RecoveryFile.parse(text, "correct horse"));
        assertThatThrownBy(() -> RecoveryFile.parse(text, "wrong horse"))
                .hasMessage("the passphrase is not the recovery file's, or the file is damaged");
    }

    @Test
    void aGatewayWithoutAccountsHasNothingToRecover() {
        assertThatThrownBy(() -> RecoveryFile.of(directory))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageContaining("run the gateway first");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "{}",
                "{\"truckee-recovery\": 2}",
                "{\"truckee-recovery\": 1}",
                "{\"truckee-recovery\": 1, \"encoding\": {\"needed\": 3, \"happy\": 7, \"total\": 300}}",
                "{\"truckee-recovery\": 1, \"encoding\": {\"needed\": 6, \"happy\": 5, \"total\": 5}}",
                "{\"truckee-recovery\": 1, \"files\": {\"../../etc/passwd\": \"x\"}}",
                "{\"truckee-recovery\": 1, \"introducers\": {\"default\": \"pb://\"}}"
            })
    void whatIsNoRecoveryFileIsRefused(String text) {
        assertThatThrownBy(() -> RecoveryFile.parse(text)).isInstanceOf(BadConfigurationException.class);
    }
}
