package org.truckee.sftp;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.truckee.protocol.node.BadConfigurationException;

/// What the variables of a process say of the gateway in it.
///
/// @param account the one that it has at first
/// @param published the address at which a container's ports are reached, where that is told
public record GatewayEnvironment(FirstAccount account, Optional<InetAddress> published) {
    private static final String USER = "TRUCKEE_SFTP_USER";
    private static final String PASSWORD = "TRUCKEE_SFTP_PASSWORD";
    private static final String PASSWORD_FILE = "TRUCKEE_SFTP_PASSWORD_FILE";
    private static final String PUBLISHED = "TRUCKEE_PUBLISHED_ADDRESS";

    /// Reads them.
    ///
    /// @throws BadConfigurationException if one of them is not what it should be
    public static GatewayEnvironment of(Map<String, String> variables) throws IOException {
        return new GatewayEnvironment(account(variables), published(variables));
    }

    private static Optional<String> get(Map<String, String> variables, String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
    }

    private static FirstAccount account(Map<String, String> variables) throws IOException {
        Optional<String> chosen = get(variables, PASSWORD);
        Optional<String> file = get(variables, PASSWORD_FILE);
        if (file.isPresent()) {
            chosen = Optional.of(Files.readString(Path.of(file.get())).strip());
        }
        try {
            return new FirstAccount(
                    get(variables, USER).orElse("tahoe"),
                    chosen.orElse(PasswordRule.DEFAULT_PASSWORD),
                    chosen.isPresent());
        } catch (IllegalArgumentException e) {
            throw new BadConfigurationException(USER + " and " + PASSWORD + ": " + e.getMessage());
        }
    }

    private static Optional<InetAddress> published(Map<String, String> variables) throws IOException {
        Optional<String> address = get(variables, PUBLISHED);
        try {
            return address.isPresent() ? Optional.of(InetAddress.ofLiteral(address.get())) : Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new BadConfigurationException(PUBLISHED + " is not an IP address: " + address.get());
        }
    }
}
