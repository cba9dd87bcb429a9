package org.truckee.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.protocol.node.NodeDirectory;

class GatewaySecretsTest {
    private static final String CAP =
            "URI:DIR2:aaaaaaaaaaaaaaaaaaaaaaaaaa:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    @TempDir
    Path folder;

    private final SecureRandom random = new SecureRandom();

    private NodeDirectory make(String name, String configuration) throws IOException {
        return NodeDirectory.create(folder.resolve(name), configuration, Map.of(), random);
    }

    private static FirstAccount environment(String password) {
        return new FirstAccount("tahoe", password, true);
    }

    private boolean opens(GatewaySecrets secrets, String password) throws IOException, InterruptedException {
        var accounts = new Accounts(secrets.accountFiles(), Optional.empty(), new PasswordChecks(random));
        return accounts.withPassword("tahoe", password).isPresent();
    }

    private NodeDirectory directory;
    private GatewaySecrets secrets;

    @BeforeEach
    void begin() throws IOException {
        directory = make("gateway", "[client]\n");
        secrets = new GatewaySecrets(directory, random);
        assertThat(secrets.hasAccounts()).isFalse();
        secrets.begin((DirectoryCap) Cap.parse(CAP), environment("first"));
    }

    @Test
    void theFirstAccountIsTheEnvironmentsAndItsPasswordIsReadableNowhere() throws Exception {
        assertThat(secrets.hasAccounts()).isTrue();
        assertThat(secrets.root()).contains((DirectoryCap) Cap.parse(CAP));
        assertThat(opens(secrets, "first")).isTrue();
        assertThat(opens(secrets, "other")).isFalse();
        assertThat(Files.readString(secrets.accounts())).doesNotContain("first");
    }

    @Test
    void accountsThatWereTakenAwayAreNotMadeAgain() throws IOException {
        Files.writeString(secrets.accounts(), "# nobody\n");
        assertThat(secrets.hasAccounts()).isFalse();
        assertThat(secrets.isWithoutAccountsFile()).isFalse();
        Files.delete(secrets.accounts());
        assertThat(secrets.isWithoutAccountsFile()).isTrue();
    }

    @Test
    void aKeyThatIsThereIsNotAddedAgain() throws IOException {
        String key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID9s4hfApqtCyFJfO2FUWf5tKOM/inSiFRWglYCZdJYl me@here";
        AccountChanges.addKey(directory, "tahoe", key);
        String once = Files.readString(secrets.accounts());
        AccountChanges.addKey(directory, "tahoe", key);
        assertThat(Files.readString(secrets.accounts())).isEqualTo(once).contains("ssh-ed25519");
    }

    @Test
    void aChangedPasswordInTheEnvironmentReplacesTheAccounts() throws Exception {
        secrets.follow(environment("second"));
        assertThat(opens(secrets, "second")).isTrue();
        assertThat(opens(secrets, "first")).isFalse();
    }

    @Test
    void whatPasswdSetStaysWhileTheEnvironmentStays() throws Exception {
        AccountChanges.setPassword(directory, "tahoe", "own", random);
        secrets.follow(environment("first"));
        assertThat(opens(secrets, "own")).isTrue();
        secrets.follow(new FirstAccount("tahoe", "passw0rd", false));
        assertThat(opens(secrets, "own")).isTrue();
    }

    @Test
    void passwdChangesThePasswordInWhicheverFileItStands() throws Exception {
        Path older = directory.path().resolve("ftp.accounts");
        Files.writeString(older, "tahoe plain " + CAP + "\nbob plain " + CAP + "\n");
        assertThat(opens(secrets, "plain")).isTrue();
        AccountChanges.setPassword(directory, "tahoe", "own", random);
        AccountChanges.setPassword(directory, "bob", "bobs", random);
        assertThat(opens(secrets, "own")).isTrue();
        assertThat(opens(secrets, "plain")).isFalse();
        assertThat(older).content().doesNotContain("plain").contains("bob $");
        assertThat(secrets.accounts()).content().doesNotContain("bob");
    }

    @ParameterizedTest
    @ValueSource(strings = {"people", "./people", "private/../people"})
    void theConfigurationSaysWhereTheAccountsAre(String name) throws Exception {
        NodeDirectory other = make("other", "[sftpd]\naccounts.file = " + name + "\n");
        var elsewhere = new GatewaySecrets(other, random);
        elsewhere.begin((DirectoryCap) Cap.parse(CAP), environment("first"));
        assertThat(other.path().resolve("people")).content().startsWith("tahoe ");
        assertThat(other.secretFile("accounts")).doesNotExist();
        assertThat(opens(elsewhere, "first")).isTrue();
        assertThat(RecoveryFile.of(other).files().get("private/accounts")).startsWith("tahoe ");
    }

    @Test
    void theOlderFileIsReadOnceWhereTheConfigurationNamesIt() throws IOException {
        NodeDirectory other = make("other", "[sftpd]\naccounts.file = ftp.accounts\n");
        assertThat(GatewaySecrets.accountFiles(other))
                .containsExactly(other.path().resolve("ftp.accounts"));
    }

    @Test
    void aRecoveryFileCountsIfItIsYoungerThanTheRoot() throws Exception {
        assertThat(secrets.isRecoverable()).isFalse();
        assertThat(GatewaySecrets.recoveryMadeAt(directory)).isEmpty();
        RecoveryFile.made(directory);
        assertThat(secrets.isRecoverable()).isTrue();
        Instant made = GatewaySecrets.recoveryMadeAt(directory).orElseThrow();
        Files.setLastModifiedTime(directory.secretFile("aliases"), FileTime.from(made.plusSeconds(1)));
        assertThat(secrets.isRecoverable()).isFalse();
    }
}
