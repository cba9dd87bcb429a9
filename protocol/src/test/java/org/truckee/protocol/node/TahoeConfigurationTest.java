package org.truckee.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TahoeConfigurationTest {
    @TempDir
    private Path folder;

    private TahoeConfiguration configuration(String text) throws IOException {
        return TahoeConfiguration.read(Files.writeString(folder.resolve("tahoe.cfg"), text));
    }

    @Test
    void keysOfTahoeWithoutEffectAreListedAndHonouredOnesAreNot() throws IOException {
        var configuration = configuration("""
                # a comment
                [node]
                nickname = a
                log_gatherer.furl = pb://x
                [client]
                shares.needed: 3
                mutable.format = mdmf
                """);
        assertThat(configuration.keysWithoutEffect())
                .containsExactly("[node] log_gatherer.furl", "[client] mutable.format");
        assertThat(configuration.number("client", "shares.needed", 1, 256, 7)).isEqualTo(3);
        assertThat(configuration.number("client", "shares.happy", 1, 256, 7)).isEqualTo(7);
    }

    @Test
    void anEndpointThatIsEmptyIsNotTakenForOneThatIsNotThere() throws IOException {
        assertThatThrownBy(() -> configuration("[node]\nweb.port =\n").listenAddress("node", "web.port", "tcp:3456"))
                .hasMessage(folder.resolve("tahoe.cfg")
                        + " [node] web.port = is empty: give an endpoint such as tcp:3456, or leave the line out");
        assertThat(configuration("[node]\n")
                        .listenAddress("node", "web.port", "tcp:3456")
                        .getPort())
                .isEqualTo(3456);
    }

    @ParameterizedTest
    @CsvSource({
        "[node],nicknam,[node] nickname",
        "[client],shares.hapy,[client] shares.happy",
        "[storage],reserve_space,[storage] reserved_space",
        "[storag],enabled,[storage] enabled"
    })
    void aKeyThatNobodyKnowsIsAnErrorThatNamesTheNearest(String section, String key, String nearest) {
        assertThatThrownBy(() -> configuration(section + "\n" + key + " = 1\n").keysWithoutEffect())
                .isInstanceOf(BadConfigurationException.class)
                .hasMessage(folder.resolve("tahoe.cfg") + " " + section + " " + key
                        + " is not a key that anybody knows; the nearest is " + nearest);
    }

    @ParameterizedTest
    @CsvSource({
        "5000,5000",
        "10MB,10000000",
        "10mib,10485760",
        "1G,1000000000",
        "1 GiB,1073741824",
        "2kb,2000",
        "7E,7000000000000000000"
    })
    void sizesAreDecimalUnlessTheySayBinary(String text, long bytes) throws IOException {
        assertThat(configuration("[storage]\nreserved_space = " + text + "\n").bytes("storage", "reserved_space"))
                .isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"lots", "-1", "10 XB", "9999999999999999999", "9E9", "10E"})
    void aSizeThatIsNoneNamesFileSectionKeyAndValue(String text) {
        assertThatThrownBy(() -> configuration("[storage]\nreserved_space = " + text + "\n")
                        .bytes("storage", "reserved_space"))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageStartingWith(folder.resolve("tahoe.cfg") + " [storage] reserved_space = " + text + " is ");
    }

    @Test
    void endpointsAreThoseOfTwisted() throws IOException {
        var configuration = configuration("""
                [node]
                web.port = tcp:3456:interface=127.0.0.1
                tub.port = tcp:8098
                [sftpd]
                port = 8022
                """);
        assertThat(configuration.listenAddress("node", "web.port", "0"))
                .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 3456));
        assertThat(configuration.listenAddress("node", "tub.port", "0")).isEqualTo(new InetSocketAddress(8098));
        assertThat(configuration.listenAddress("sftpd", "port", "0")).isEqualTo(new InetSocketAddress(8022));
        assertThat(configuration("[node]\nweb.port = tcp:1:interface=\\:\\:1\n").listenAddress("node", "web.port", "0"))
                .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("::1"), 1));
        assertThatThrownBy(() -> configuration("[node]\nweb.port = ssl:443\n").listenAddress("node", "web.port", "0"))
                .hasMessageEndingWith("tahoe.cfg [node] web.port = ssl:443 is not an endpoint such as tcp:8098 or"
                        + " tcp:8098:interface=127.0.0.1");
        assertThatThrownBy(() -> configuration("[node]\nweb.port = tcp:1:interface=nowhere.invalid\n")
                        .listenAddress("node", "web.port", "0"))
                .hasMessageEndingWith("cannot be listened at: nowhere.invalid names no address of this machine");
    }

    @Test
    void aLineThatIsNoneIsNamedByItsNumber() {
        assertThatThrownBy(() -> configuration("[node]\nnickname\n"))
                .hasMessage(folder.resolve("tahoe.cfg") + " line 2 is neither [section] nor key = value");
        assertThatThrownBy(() -> configuration("nickname = a\n"))
                .hasMessage(folder.resolve("tahoe.cfg") + " line 1 is neither [section] nor key = value");
    }

    @Test
    void anythingButTrueAndFalseIsNotASwitch() {
        assertThatThrownBy(() -> configuration("[storage]\nenabled = maybe\n").isOn("storage", "enabled"))
                .hasMessage(folder.resolve("tahoe.cfg") + " [storage] enabled = maybe is neither true nor false");
    }
}
