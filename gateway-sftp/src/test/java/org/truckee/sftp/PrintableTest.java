package org.truckee.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void whatAStrangerSendsStaysOnItsLine() {
        assertThat(Printable.of("bob\n2026 INFO root logged in\u001b[2J\u202e"))
                .isEqualTo("bob?2026 INFO root logged in?[2J?");
        assertThat(Printable.of("größe 日本")).isEqualTo("größe 日本");
        assertThat(Printable.of("x".repeat(1000))).hasSize(83).endsWith("...");
    }
}
