package org.truckee.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordsTest {
    @Test
    void quotesAndBackslashesKeepWordsTogether() {
        assertThat(ShellWords.of(" md5sum  a\\ b 'c $d' \"e \\\" f\" g'h'\"i\" '' ö"))
                .contains(List.of("md5sum", "a b", "c $d", "e \" f", "ghi", "", "ö"));
        assertThat(ShellWords.of("")).contains(List.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "md5sum a; rm b",
                "md5sum $(id)",
                "md5sum `id`",
                "md5sum a | sh",
                "md5sum a > b",
                "md5sum a && b",
                "md5sum *",
                "md5sum \"$HOME\"",
                "md5sum 'a",
                "md5sum \"a",
                "md5sum a\\",
                "md5sum a\nINFO forged"
            })
    void whatNeedsAShellIsRefused(String line) {
        assertThat(ShellWords.of(line)).isEmpty();
        assertThat(RemoteCommand.parse(line)).isEmpty();
    }
}
