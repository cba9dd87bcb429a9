package org.truckee.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.protocol.introducer.Introducers;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.storage.LeaseExpiry;
import picocli.CommandLine;

class NodeCommandsTest {
    private static final String ADDRESS =
            "pb://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@tcp:192.0.2.1:44190/ffffffffffffffffffffffffffffffff";

    @TempDir
    Path folder;

    private String dir(String name) {
        return folder.resolve(name).toString();
    }

    private String configuration(String name) throws IOException {
        return Files.readString(folder.resolve(name).resolve("tahoe.cfg"));
    }

    @Test
    void aNewIntroducerHasAnAddressThatStays() {
        assertThat(CommandRun.of("create-introducer", "--hostname", "grid.example", dir("i"))
                        .exitCode())
                .isEqualTo(0);
        String address = CommandRun.of("show-furl", dir("i")).out();
        assertThat(address).startsWith("pb://").contains("@tcp:grid.example:44190/");
        assertThat(CommandRun.of("show-furl", dir("i")).out()).isEqualTo(address);
    }

    @Test
    void aNewStorageNodeIsWhatItsOptionsSay() throws IOException {
        var run = CommandRun.of(
                "create-storage-node",
                "--nickname=disk in the cellar",
                "--hostname=192.0.2.7",
                "--public-host=2001:db8::7",
                "--port=9000",
                "--reserved-space=10G",
                "--introducer=" + ADDRESS,
                dir("s"));
        assertThat(run.err()).isEmpty();
        assertThat(configuration("s"))
                .contains("nickname = disk in the cellar")
                .contains("tub.port = tcp:9000")
                .contains("tub.location = tcp:192.0.2.7:9000,tcp:[2001:db8::7]:9000")
                .contains("web.port = tcp:3458:interface=127.0.0.1")
                .contains("introducer.furl = " + ADDRESS)
                .contains("reserved_space = 10G");
    }

    @Test
    void aNewStorageNodeLeavesAtLeastAGibibyteFree() throws IOException {
        CommandRun.of("create-storage-node", "--introducer=" + ADDRESS, dir("s"));
        String size = configuration("s").replaceAll("(?s).*reserved_space = ([0-9]+)MB.*", "$1");
        assertThat(Long.parseLong(size)).isGreaterThanOrEqualTo(1074);
    }

    @Test
    void aGatewayWithoutAnEncodingSaysHowManyNodesItNeeds() {
        var run = CommandRun.of("create-gateway", "--introducer", ADDRESS, dir("g"));
        assertThat(run.out()).contains("at least 7 connected storage nodes, better 10");
        assertThat(CommandRun.of(
                                "create-gateway", "--shares-needed=1", "--shares-happy=1", "--shares-total=1", dir("h"))
                        .out())
                .isEmpty();
    }

    @Test
    void anImpossibleEncodingIsRefusedBeforeAnythingIsMade() {
        var run = CommandRun.of("create-gateway", "--shares-happy=11", dir("g"));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err().getFirst())
                .isEqualTo(
                        "truckee: need 1 <= --shares-needed <= --shares-happy <= --shares-total <= 256, got 3, 11, 10");
        assertThat(folder.resolve("g")).doesNotExist();
    }

    @Test
    void badValuesAreNamed() {
        assertThat(CommandRun.of("create-introducer", "--port=70000", dir("a")).err())
                .contains("truckee: --port is not a port from 0 to 65535: 70000");
        assertThat(CommandRun.of("create-introducer", "--nickname=a\nb", dir("a"))
                        .err())
                .contains("truckee: nickname must not have control characters or line breaks");
        assertThat(CommandRun.of("create-storage-node", "--introducer=pb://x", dir("a"))
                        .err())
                .contains("truckee: --introducer is not a furl: it needs the form pb://TUBID@HOST:PORT/SWISSNUM");
        assertThat(CommandRun.of("create-introducer", "--location=nowhere", dir("a"))
                        .err())
                .contains("truckee: --location: nowhere is not a place such as tcp:HOST:PORT");
    }

    @Test
    void whatANodeWouldNotStartWithIsNotMade() {
        assertThat(CommandRun.of("create-storage-node", "--reserved-space=lots", dir("s"))
                        .err())
                .singleElement()
                .asString()
                .contains("reserved_space = lots is not a size such as 10G, 500MB or 1GiB");
        assertThat(CommandRun.of("create-storage-node", "--expire-after=soon", dir("s"))
                        .err())
                .singleElement()
                .asString()
                .contains("override_lease_duration = soon is not a duration");
        assertThat(folder.resolve("s")).doesNotExist();
    }

    @Test
    void aFileThatIsNoTextIsNamedWhereAnAddressIsRead() throws IOException {
        Path file = Files.write(folder.resolve("bytes"), new byte[] {(byte) 0xff, 0});
        assertThat(CommandRun.of("create-storage-node", "--introducer=@" + file, dir("s"))
                        .err())
                .containsExactly("truckee: " + file + " is not text in UTF-8");
    }

    @Test
    void aNodeIsNeverMadeTwice() throws IOException {
        CommandRun.of("create-introducer", dir("i"));
        String before = Files.readString(folder.resolve("i/private/node.pem"));
        assertThat(CommandRun.of("create-introducer", dir("i")).err())
                .containsExactly("truckee: " + dir("i") + " is a node's directory already");
        assertThat(folder.resolve("i/private/node.pem")).hasContent(before);
    }

    @Test
    void furtherIntroducersGetAFileOfTheirOwn() throws IOException {
        CommandRun.of("create-node", "--storage", "--introducer", ADDRESS, "--introducer", ADDRESS, dir("n"));
        assertThat(Introducers.of(NodeDirectory.open(folder.resolve("n")))).containsOnlyKeys("default", "introducer2");
    }

    @Test
    void aNodeIsMadeFromTheEnvironment() throws IOException {
        Path address = Files.writeString(folder.resolve("address"), ADDRESS + "\n");
        var environment = new Environment(Map.of(
                "TRUCKEE_NICKNAME", "pi",
                "TRUCKEE_SHARES_NEEDED", "2",
                "TRUCKEE_SHARES_HAPPY", "3",
                "TRUCKEE_SHARES_TOTAL", "5",
                "TRUCKEE_BIND_ADDRESS", "127.0.0.1",
                "TRUCKEE_INTRODUCER_FURL_FILE", address.toString()));
        assertThat(environment.create(TruckeeMain.commandLine(), "storage+gateway", folder.resolve("pi")))
                .isEqualTo(0);
        assertThat(configuration("pi"))
                .contains("nickname = pi")
                .contains("tub.port = tcp:8098:interface=127.0.0.1")
                .contains("shares.needed = 2")
                .contains("port = tcp:8022:interface=127.0.0.1")
                .contains("introducer.furl = " + ADDRESS);
    }

    /// The file is written when the line has been seen.
    @Test
    void aNodeTellsThatItWaitsForTheIntroducersAddress() throws IOException {
        Path address = folder.resolve("address");
        var told = new StringWriter() {
            @Override
            public void flush() {
                try {
                    Files.writeString(address, ADDRESS + "\n");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        var environment = new Environment(Map.of("TRUCKEE_INTRODUCER_FURL_FILE", address.toString()));
        CommandLine truckee = TruckeeMain.commandLine().setErr(new PrintWriter(told));
        assertThat(environment.create(truckee, "storage", folder.resolve("pi"))).isZero();
        assertThat(told.toString().lines()).containsExactly("waiting for " + address + ", which the introducer writes");
        assertThat(configuration("pi")).contains("introducer.furl = " + ADDRESS);
    }

    @Test
    void anAddressToBindToHasToBeOne() {
        assertThat(CommandRun.of("create-node", "--storage", "--bind", "nowhere.invalid", dir("pi"))
                        .err())
                .first()
                .asString()
                .endsWith("--bind: nowhere.invalid names no address of this machine");
    }

    @Test
    void aNodeThatIsThereStaysWhatTheEnvironmentMadeIt() throws IOException {
        Path directory = folder.resolve("pi");
        new Environment(Map.of("TRUCKEE_NICKNAME", "pi"))
                .createUnlessThere(TruckeeMain.commandLine(), "storage", directory);
        assertThat(new Environment(Map.of("TRUCKEE_NICKNAME", "other"))
                        .createUnlessThere(TruckeeMain.commandLine(), "storage", directory))
                .isEqualTo(0);
        assertThat(configuration("pi")).contains("nickname = pi");
    }

    @Test
    void leasesEndAfterTheTimeThatIsAskedFor() throws IOException {
        CommandRun.of("create-storage-node", "--expire-after=90days", dir("s"));
        assertThat(LeaseExpiry.of(NodeDirectory.open(folder.resolve("s")).configuration())
                        .rule())
                .isEqualTo(new LeaseExpiry.Age(Duration.ofDays(90)));
    }

    @Test
    void aSecondGatewayFindsTheRootDirectoryInTheAliasesOfTheFirst() throws IOException {
        String alias =
                "tahoe: URI:DIR2:aaaaaaaaaaaaaaaaaaaaaaaaaa:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
        Path file = Files.writeString(folder.resolve("aliases"), alias + "\n");
        CommandRun.of("create-gateway", "--root-cap-file", file.toString(), dir("second"));
        assertThat(folder.resolve("second/private/aliases")).hasContent(alias);
    }

    @Test
    void aSecondGatewayTakesOverARootDirectoryThatIsOne() throws IOException {
        String cap = "URI:DIR2:aaaaaaaaaaaaaaaaaaaaaaaaaa:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
        Path file = Files.writeString(folder.resolve("root"), cap + "\n");
        var made = CommandRun.of(
                "create-gateway", "--introducer", ADDRESS, "--root-cap-file", file.toString(), dir("second"));
        assertThat(made.err()).isEmpty();
        assertThat(folder.resolve("second/private/aliases")).hasContent("tahoe: " + cap);
        assertThat(configuration("second")).doesNotContain("URI:");
        Files.writeString(file, "URI:LIT:aa\n");
        assertThat(CommandRun.of("create-gateway", "--root-cap-file", file.toString(), dir("third"))
                        .err())
                .contains("truckee: --root-cap-file: what " + file + " holds is not a directory's capability");
        assertThat(folder.resolve("third")).doesNotExist();
    }
}
