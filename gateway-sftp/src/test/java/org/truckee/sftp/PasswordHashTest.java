package org.truckee.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                // python3: argon2.low_level.hash_secret(b"password", b"somesalt", 2, 65536, 1, 32, Type.ID)
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                // python3: bcrypt.hashpw(b"password", bcrypt.gensalt(5))
                "$2b$05$/13.SAEPbpIceYtGqiKD.uR7RI7JlMMVWwEpFEbn8N.DFK/23TYJC"
            })
    void hashesOfOtherProgramsAreUnderstood(String text) {
        var hash = PasswordHash.parse(text).orElseThrow();
        assertThat(hash.matches("password")).isTrue();
        assertThat(hash.matches("passwort")).isFalse();
        assertThat(hash.text()).isEqualTo(text);
    }

    @Test
    void aPasswordMatchesItsHashAndNoOther() {
        var hash = PasswordHash.of("größe", new SecureRandom());
        var again = PasswordHash.parse(hash.text()).orElseThrow();
        assertThat(again.matches("größe")).isTrue();
        assertThat(again.matches("grosse")).isFalse();
        assertThat(hash.text())
                .isNotEqualTo(PasswordHash.of("größe", new SecureRandom()).text());
        assertThat(hash.toString()).doesNotContain("$");
    }
}
