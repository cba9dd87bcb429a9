package org.truckee.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where the door is: `configured` address, whether that was `chosen`, the `published` address or `-`, the password.
class PasswordRuleTest {
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0,   true,  -,         passw0rd, closed",
        "0.0.0.0,   false, -,         passw0rd, 127.0.0.1",
        "127.0.0.1, true,  -,         passw0rd, 127.0.0.1",
        "::1,       true,  -,         passw0rd, 0:0:0:0:0:0:0:1",
        "0.0.0.0,   true,  127.0.0.1, passw0rd, 0.0.0.0",
        "0.0.0.0,   false, 127.0.0.1, passw0rd, 0.0.0.0",
        "0.0.0.0,   false, 0.0.0.0,   passw0rd, closed",
        "127.0.0.1, true,  0.0.0.0,   passw0rd, closed",
        "0.0.0.0,   true,  -,         other,    0.0.0.0",
        "0.0.0.0,   false, 0.0.0.0,   other,    0.0.0.0",
    })
    void theDefaultPasswordIsGoodEnoughForThisMachineOnly(
            String configured, boolean chosen, String published, String password, String where) {
        var at = new InetSocketAddress(InetAddress.ofLiteral(configured), 8022);
        Optional<InetAddress> outside =
                published.equals("-") ? Optional.empty() : Optional.of(InetAddress.ofLiteral(published));
        var rule = new PasswordRule(at, chosen, outside);
        for (Credential credential : List.of(
                new Credential.PlainPassword(password),
                new Credential.HashedPassword(PasswordHash.of(password, new SecureRandom())))) {
            var account = new Account("tahoe", credential, new Account.Root.Awaited());
            String decided = switch (rule.decide(List.of(account), PasswordHash::matches)) {
                case PasswordRule.Decision.Open open -> {
                    boolean narrowed = !open.at().equals(at);
                    assertThat(open.caution().isPresent()).isEqualTo(narrowed);
                    yield open.at().getAddress().getHostAddress();
                }
                case PasswordRule.Decision.Closed closed -> {
                    assertThat(closed.why()).contains("tahoe", "TRUCKEE_SFTP_PASSWORD", "truckee passwd");
                    yield "closed";
                }
            };
            assertThat(decided).isEqualTo(where);
        }
    }
}
