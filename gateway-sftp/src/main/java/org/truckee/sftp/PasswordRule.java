package org.truckee.sftp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/// Where the door may be while somebody has the password that everybody knows: where only this machine reaches it.
///
/// @param configured where the door is to be
/// @param chosen whether somebody chose the interface; if not, it is the loopback's while it must be
/// @param published where a container's door is reached from outside, if that is told: then that counts
record PasswordRule(InetSocketAddress configured, boolean chosen, Optional<InetAddress> published) {
    /// What a grid for trying out begins with.
    static final String DEFAULT_PASSWORD = "passw0rd";

    /// What comes of it.
    sealed interface Decision {
        /// The door is there.
        ///
        /// @param caution what there is to say of it, if anything
        record Open(InetSocketAddress at, Optional<String> caution) implements Decision {}

        record Closed(String why) implements Decision {}
    }

    /// `matches` says whether a hash is that of a password.
    Decision decide(List<Account> accounts, BiPredicate<PasswordHash, String> matches) {
        boolean local = published.orElse(configured.getAddress()).isLoopbackAddress();
        Optional<Account> careless = local
                ? Optional.empty()
                : accounts.stream()
                        .filter(account -> isDefault(account, matches))
                        .findFirst();
        if (careless.isEmpty()) {
            return new Decision.Open(configured, Optional.empty());
        }
        if (!chosen && published.isEmpty()) {
            var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), configured.getPort());
            return new Decision.Open(
                    loopback,
                    Optional.of("SFTP is open to this machine only because " + careless(careless.get())
                            + ": `truckee passwd` gives another one"));
        }
        return new Decision.Closed("SFTP is closed because " + careless(careless.get())
                + " and other machines can reach the door: set TRUCKEE_SFTP_PASSWORD, run"
                + " `truckee passwd`, or bind it to 127.0.0.1");
    }

    private static String careless(Account account) {
        return Printable.of(account.user()) + " has the default password";
    }

    private static boolean isDefault(Account account, BiPredicate<PasswordHash, String> matches) {
        return switch (account.credential()) {
            case Credential.PlainPassword own -> own.text().equals(DEFAULT_PASSWORD);
            case Credential.HashedPassword own -> matches.test(own.hash(), DEFAULT_PASSWORD);
            case Credential.Key _ -> false;
        };
    }
}
