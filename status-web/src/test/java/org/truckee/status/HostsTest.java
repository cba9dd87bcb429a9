package org.truckee.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostsTest {
    private final Hosts hosts = new Hosts(List.of("Grid.example"));

    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.1:3456", "192.168.1.7", "[::1]:3456", "localhost:3456", "LOCALHOST", "grid.example:80"})
    void aNumberOrAKnownNameIsAccepted(String host) {
        assertThat(hosts.accept(Optional.of(host))).isTrue();
    }

    @Test
    void theMachinesOwnNameIsAccepted() throws UnknownHostException {
        assertThat(hosts.accept(Optional.of(InetAddress.getLocalHost().getHostName() + ":3456")))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example:3456", "grid.example.evil", ""
            })
    void anyOtherNameIsRefused(String host) {
        assertThat(hosts.accept(Optional.of(host))).isFalse();
    }

    @Test
    void aRequestThatNamesNoHostIsRefused() {
        assertThat(hosts.accept(Optional.empty())).isFalse();
    }
}
