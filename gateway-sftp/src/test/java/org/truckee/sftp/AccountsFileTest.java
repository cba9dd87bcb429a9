package org.truckee.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountsFileTest {
    private static final String CAP =
            "URI:DIR2:aaaaaaaaaaaaaaaaaaaaaaaaaa:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    /// `ssh-keygen -t ed25519 -N '' -C '' -f key; cat key.pub`
    private static final String ED25519 =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILCXwTd7uTiLHCoZH4MWOkRDcFCLYwLknzwtMD661qOo";

    /// Of a key that a security token keeps: what it is, 32 bytes, for which application.
    private static final String TOKEN = "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAABAg"
            + "MEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fAAAABHNzaDo=";

    @TempDir
    Path folder;

    private AccountsFile file(String... lines) throws IOException {
        Path path = folder.resolve("accounts");
        Files.write(path, List.of(lines));
        return AccountsFile.read(path);
    }

    @Test
    void everyKindOfLineIsAnAccount() throws IOException {
        var file = file(
                "# people",
                "",
                "alice secret " + CAP,
                "  bob   $2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy   " + CAP,
                "carol " + PasswordHash.of("x", new SecureRandom()).text() + " " + CAP,
                "alice " + ED25519 + " " + CAP,
                "dave " + ED25519 + " dave's laptop " + CAP,
                "erin " + TOKEN + " " + CAP);
        assertThat(file.problems()).isEmpty();
        assertThat(file.accounts())
                .extracting(Account::user)
                .containsExactly("alice", "bob", "carol", "alice", "dave", "erin");
        assertThat(file.plainPasswords())
                .hasSize(1)
                .first()
                .asString()
                .contains("line 3")
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "eve secret",
                "eve secret URI:CHK:broken",
                "eve secret URI:LIT:krugkidfnzsc4",
                "eve ssh-ed25519 AAAAnonsense URI:DIR2:x",
                "eve $argon2id$v=19$m=99999999,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA " + CAP,
                "eve $2b$31$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy " + CAP,
                "eve two words " + CAP
            })
    void aBadLineIsReportedByItsNumberWithoutItsSecretsWhileTheOthersStay(String line) throws IOException {
        var file = file("alice secret " + CAP, line, "bob secret " + CAP);
        assertThat(file.accounts()).extracting(Account::user).containsExactly("alice", "bob");
        assertThat(file.problems())
                .singleElement()
                .asString()
                .contains("accounts line 2: ")
                .doesNotContain("secret")
                .doesNotContain(CAP)
                .doesNotContain("AAAA");
    }

    @Test
    void aNewPasswordReplacesTheOldOneAndNothingElse() throws IOException {
        var file = file("# people", "alice old " + CAP, "alice " + ED25519 + " " + CAP, "broken", "bob other " + CAP);
        var hash = PasswordHash.of("new", new SecureRandom());
        file.withPassword("alice", hash).orElseThrow().write();
        assertThat(folder.resolve("accounts"))
                .hasContent(String.join(
                        "\n",
                        "# people",
                        "alice " + hash.text() + " " + CAP,
                        "alice " + ED25519 + " " + CAP,
                        "broken",
                        "bob other " + CAP));
    }

    @Test
    void whoHasOnlyAKeyGetsAPasswordBesideIt() throws IOException {
        var file = file("alice " + ED25519 + " " + CAP);
        var changed = file.withPassword("alice", PasswordHash.of("new", new SecureRandom()))
                .orElseThrow();
        assertThat(changed.accounts()).hasSize(2);
        assertThat(file.withPassword("nobody", PasswordHash.of("new", new SecureRandom())))
                .isEmpty();
    }

    @Test
    void nothingOfAnAccountPrints() throws IOException {
        var file = file("alice secret " + CAP, "alice " + ED25519 + " " + CAP, "broken secret");
        assertThat(file.lines().toString())
                .doesNotContain("secret")
                .doesNotContain("URI:")
                .doesNotContain("AAAA");
        assertThat(file.accounts().toString()).doesNotContain("secret").doesNotContain("URI:");
    }
}
