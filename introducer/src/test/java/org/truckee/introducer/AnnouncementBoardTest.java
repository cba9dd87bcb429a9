package org.truckee.introducer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.truckee.crypto.AnnouncementKey;
import org.truckee.protocol.introducer.BadAnnouncementException;
import org.truckee.protocol.introducer.Forgotten;
import org.truckee.protocol.introducer.IntroducerMessages.News;
import org.truckee.protocol.introducer.IntroducerMessages.Published;
import org.truckee.protocol.introducer.SignedAnnouncement;
import org.truckee.protocol.node.NodeDirectory;

class AnnouncementBoardTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final AnnouncementKey KEY = AnnouncementKey.generate(RANDOM);

    @TempDir
    Path folder;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private AnnouncementBoard board;

    @BeforeEach
    void openBoard() throws IOException {
        board = open(2);
    }

    private AnnouncementBoard open(int most) throws IOException {
        Path path = folder.resolve("introducer");
        var directory = NodeDirectory.exists(path)
                ? NodeDirectory.open(path)
                : NodeDirectory.create(path, "", Map.of(), RANDOM);
        return AnnouncementBoard.open(directory, most, RANDOM, () -> now);
    }

    private static SignedAnnouncement announcement(AnnouncementKey key, long seqnum, String nickname) {
        String message = """
                {"service-name": "storage", "nickname": "%s", "seqnum": %d}""".formatted(nickname, seqnum);
        return SignedAnnouncement.sign(message.getBytes(UTF_8), key);
    }

    private static SignedAnnouncement fromSomebody() {
        return announcement(AnnouncementKey.generate(RANDOM), 1, "n");
    }

    private List<SignedAnnouncement> all() throws InterruptedException {
        return board.news("storage", "", Duration.ZERO).announcements();
    }

    @Test
    void aGreaterNumberReplacesAndAnEqualOrLowerOneChangesNothing() throws Exception {
        var second = announcement(KEY, 2, "second");
        assertThat(board.publish(announcement(KEY, 1, "first"))).contains(new Published(true, 1));
        assertThat(board.publish(second)).contains(new Published(true, 2));
        assertThat(board.publish(announcement(KEY, 2, "other"))).contains(new Published(false, 2));
        assertThat(board.publish(announcement(KEY, 1, "first"))).contains(new Published(false, 2));
        assertThat(all()).containsExactly(second);
        assertThat(board.details().accepted()).isEqualTo(2);
        assertThat(board.details().refused()).isEqualTo(2);
    }

    @Test
    void anAnnouncementThatCannotBeKeptIsNotShownAndIsNewsTheNextTime() throws Exception {
        Path inTheWay = Files.createDirectories(folder.resolve("introducer/announcements/in the way"));
        var announcement = announcement(KEY, 1, "n");
        assertThatThrownBy(() -> board.publish(announcement)).isInstanceOf(IOException.class);
        assertThat(all()).isEmpty();
        Files.delete(inTheWay);
        Files.delete(folder.resolve("introducer/announcements"));
        assertThat(board.publish(announcement)).contains(new Published(true, 1));
        assertThat(all()).containsExactly(announcement);
    }

    @Test
    void aReplayDoesNotMakeAnAnnouncementYounger() throws Exception {
        var once = announcement(KEY, 1, "n");
        board.publish(once);
        Instant first = now;
        now = now.plus(Duration.ofDays(1));
        board.publish(once);
        assertThat(board.details().postings().getFirst().heardAt()).isEqualTo(first);
    }

    @Test
    void aForgedAnnouncementChangesNothing() throws Exception {
        var good = announcement(KEY, 1, "good");
        board.publish(good);
        var forged = new SignedAnnouncement(announcement(KEY, 9, "evil").message(), good.signature(), good.key());
        assertThatThrownBy(() -> board.publish(forged)).isInstanceOf(BadAnnouncementException.class);
        assertThat(all()).containsExactly(good);
    }

    @Test
    void aNicknameThatIsTooLongOrDoesNotPrintIsRefused() {
        assertThatThrownBy(() -> board.publish(announcement(KEY, 1, "n".repeat(65))))
                .isInstanceOf(BadAnnouncementException.class);
        assertThatThrownBy(() -> board.publish(announcement(KEY, 1, "a\\u0007b")))
                .isInstanceOf(BadAnnouncementException.class);
    }

    @Test
    void aFullBoardLetsTheLongestStaleOneGoAndOtherwiseTakesNothing() throws Exception {
        var oldest = fromSomebody();
        board.publish(oldest);
        now = now.plus(Duration.ofDays(29));
        var younger = fromSomebody();
        board.publish(younger);
        var third = fromSomebody();
        assertThat(board.publish(third)).isEmpty();
        now = now.plus(Duration.ofDays(2));
        assertThat(board.details().postings())
                .filteredOn(posting -> posting.isGone())
                .hasSize(1);
        assertThat(board.publish(third)).contains(new Published(true, 1));
        assertThat(all()).containsExactlyInAnyOrder(younger, third);
    }

    @Test
    void aForgottenNodeIsSeenAgainOnlyWhenItAnnouncesSomethingNew() throws Exception {
        var old = announcement(KEY, 3, "old");
        board.publish(old);
        Forgotten.of(NodeDirectory.open(folder.resolve("introducer")))
                .add(old.verify().server(), 3);
        assertThat(all()).isEmpty();
        assertThat(board.details().postings()).isEmpty();
        var back = announcement(KEY, 4, "back");
        board.publish(back);
        assertThat(all()).containsExactly(back);
    }

    @Test
    void itKeepsEverythingAcrossARestart() throws Exception {
        var kept = announcement(KEY, 7, "kept");
        board.publish(kept);
        Instant heard = now;
        now = now.plus(Duration.ofDays(40));
        board = open(2);
        assertThat(all()).containsExactly(kept);
        assertThat(board.details().postings().getFirst().heardAt()).isEqualTo(heard);
        assertThat(board.publish(announcement(KEY, 7, "again"))).contains(new Published(false, 7));
    }

    @Test
    void aListenerHearsOnlyWhatIsNewAndFromAnotherRunEverything() throws Exception {
        board.publish(announcement(KEY, 1, "n"));
        News first = board.news("storage", "", Duration.ZERO);
        assertThat(board.news("storage", first.cursor(), Duration.ZERO).announcements())
                .isEmpty();
        assertThat(board.news("helper", "", Duration.ZERO).announcements()).isEmpty();
        var newer = announcement(KEY, 2, "n");
        var listening = Thread.ofVirtual().start(() -> publishLater(newer));
        assertThat(board.news("storage", first.cursor(), Duration.ofMinutes(1)).announcements())
                .containsExactly(newer);
        listening.join();
        board = open(2);
        assertThat(board.news("storage", first.cursor(), Duration.ofMinutes(1)).announcements())
                .containsExactly(newer);
    }

    private void publishLater(SignedAnnouncement signed) {
        try {
            while (board.details().subscribers() == 0) {
                Thread.onSpinWait();
            }
            assertThat(board.publish(signed)).isNotEqualTo(Optional.empty());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
