package org.truckee.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DebugCommandsTest {
    private static final String SECRET = "61".repeat(16);

    @TempDir
    Path folder;

    private Path file(int size) throws IOException {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return Files.write(folder.resolve("file"), bytes);
    }

    private CommandRun encode(Path file) {
        return CommandRun.of(
                "debug",
                "encode",
                file.toString(),
                "--out",
                folder.resolve("shares").toString(),
                "--required",
                "3",
                "--total",
                "10",
                "--segment-size",
                "1000",
                "--convergence",
                SECRET);
    }

    private CommandRun decode(String cap, String... more) {
        Path out = folder.resolve("back");
        String[] arguments = Stream.concat(
                        Stream.of("debug", "decode", folder.resolve("shares").toString(), cap, "--out", out.toString()),
                        Stream.of(more))
                .toArray(String[]::new);
        return CommandRun.of(arguments);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 55, 56, 999, 1000, 1001, 10_000})
    void fileComesBackFromItsShareFiles(int size) throws IOException {
        Path file = file(size);
        String cap = encode(file).out();
        assertThat(CommandRun.of(
                                "debug",
                                "cap",
                                file.toString(),
                                "--required",
                                "3",
                                "--total",
                                "10",
                                "--segment-size",
                                "1000",
                                "--convergence",
                                SECRET)
                        .out())
                .isEqualTo(cap);
        Files.createDirectories(folder.resolve("shares"));
        assertThat(decode(cap, "--verify")).isEqualTo(new CommandRun(0, "", List.of()));
        assertThat(folder.resolve("back")).hasSameBinaryContentAs(file);
    }

    @Test
    void capabilityIsTheOneTahoeComputes() throws IOException {
        Files.writeString(folder.resolve("file"), "a".repeat(56));
        assertThat(encode(folder.resolve("file")).out())
                .isEqualTo(
                        "URI:CHK:hah7mxwfpqemm7icdh3hwsa5fa:6epvxt2uxh42obpnfn4wkrplqml7voh7aqpnqnapu7ffcyn2hk3q:3:10:56");
    }

    @Test
    void damageIsToldOnOneLineEachAndTheFileComesBack() throws IOException {
        Path file = file(5000);
        String cap = encode(file).out();
        Path share;
        try (Stream<Path> files = Files.walk(folder.resolve("shares"))) {
            share = files.filter(path -> path.endsWith("4")).findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(share);
        bytes[12 + 36 + 400] ^= 1;
        Files.write(share, bytes);
        var run = decode(cap);
        assertThat(run.exitCode()).isZero();
        assertThat(run.err())
                .containsExactly("share 4: blocks [370-704): the block of segment 1 has another hash (" + share + ")");
        assertThat(folder.resolve("back")).hasSameBinaryContentAs(file);
    }

    @Test
    void folderThatCannotBeLookedAtIsLeftOutAndTheFileComesBack() throws IOException {
        Path file = file(5000);
        String cap = encode(file).out();
        Path loop = Files.createSymbolicLink(folder.resolve("shares/loop"), folder.resolve("shares"));
        assertThat(decode(cap))
                .isEqualTo(new CommandRun(0, "", List.of(loop + " is left out: it leads to a folder above it")));
        assertThat(folder.resolve("back")).hasSameBinaryContentAs(file);
    }

    @Test
    void fileThatDoesNotComeBackIsNotThere() throws IOException {
        String cap = encode(file(5000)).out();
        var run = CommandRun.of(
                "debug",
                "decode",
                Files.createDirectory(folder.resolve("empty")).toString(),
                cap,
                "--out",
                folder.resolve("back").toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .containsExactly("truckee: the file needs good blocks from 3 different shares and has them from 0");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("file", "shares", "empty");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "URI:CHK:hah7mxwfpqemm7icdh3hwsa5fb:6epvxt2uxh42obpnfn4wkrplqml7voh7aqpnqnapu7ffcyn2hk3q:3:10:56",
                "URI:CHK-Verifier:5mwuz5yxisqrnhtrsljs7wkyb4:6epvxt2uxh42obpnfn4wkrplqml7voh7aqpnqnapu7ffcyn2hk3q:3:10:56",
                "something"
            })
    void whatIsNoReadCapabilityGetsOneSentenceThatDoesNotQuoteIt(String cap) throws IOException {
        Files.createDirectories(folder.resolve("shares"));
        var run = decode(cap);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).singleElement().asString().startsWith("truckee: ").doesNotContain("6epvxt2", "something");
    }

    @Test
    void capabilityIsReadFromAFile() throws IOException {
        Path file = file(5000);
        Path cap = Files.writeString(folder.resolve("cap"), encode(file).out() + "\n");
        assertThat(decode("@" + cap).exitCode()).isZero();
        assertThat(folder.resolve("back")).hasSameBinaryContentAs(file);
    }

    @Test
    void wrongUsageIsSaidInOneSentence() throws IOException {
        String file = file(100).toString();
        assertThat(CommandRun.of("debug", "cap", file, "--required", "11", "--total", "10", "--convergence", "00"))
                .satisfies(run -> assertThat(run.exitCode()).isEqualTo(2))
                .satisfies(run -> assertThat(run.err().getFirst())
                        .isEqualTo(
                                "truckee: --required and --total: need 1 <= required <= total <= 256, got 11 of 10"));
        assertThat(CommandRun.of("debug", "cap", file, "--required", "1", "--total", "10")
                        .err()
                        .getFirst())
                .isEqualTo("truckee: give either --convergence HEX or --node-directory DIR");
        assertThat(CommandRun.of("debug", "cap").err().getFirst())
                .isEqualTo("truckee: give either FILE or --mutable FORMAT --private-key PEMFILE");
    }
}
