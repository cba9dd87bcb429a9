package org.truckee.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.truckee.protocol.introducer.ServerId;

class CheckTaskTest {
    private static final ServerId NODE = new ServerId("v0-aaaaaaaabbbbbbbb");

    @Test
    void aServerIsMeantByItsIdOrItsEightCharactersAndByNothingElse() throws IOException {
        List<ServerId> known = List.of(new ServerId("v0-ccccccccdddddddd"), NODE);
        assertThat(CheckTask.named("v0-aaaaaaaabbbbbbbb", known)).isEqualTo(NODE);
        assertThat(CheckTask.named("aaaaaaaa", known)).isEqualTo(NODE);
        for (String other : List.of("v0-aaaaaaaabbbbbbbc", "aaaaaaa", "")) {
            assertThatThrownBy(() -> CheckTask.named(other, known)).hasMessage("no node " + other + " is known");
        }
    }
}
