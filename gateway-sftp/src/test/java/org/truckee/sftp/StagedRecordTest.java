package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.directory.LinkIdentity;
import org.truckee.client.files.GridPath;
import org.truckee.crypto.Hash;
import org.truckee.crypto.ReadKey;
import org.truckee.sftp.StagedRecord.MalformedRecordException;

class StagedRecordTest {
    private static final SecretKey KEY = new SecretKeySpec(new byte[Staging.KEY_BYTES], "AES");
    private static final String ID = "abcdefgh";

    private static StagedRecord record() {
        var cap = new ChkReadCap(
                new ReadKey(new byte[ReadKey.BYTES]), new Hash(new byte[Hash.BYTES]), new Encoding(2, 5), 1000);
        var identity = new LinkIdentity("abcdefghijklmnopqrstuvwxyz");
        var names = new NameSet(
                Map.of(
                        GridPath.parse("d/größe"), Optional.of(identity),
                        GridPath.parse("new"), Optional.empty()),
                Map.of(GridPath.parse("d/lock"), identity));
        var time = Instant.parse("2026-01-02T03:04:05.678901Z");
        var said = FileMetadata.NONE.withMode(0640).withTimes(time, time);
        var note = new StagedNote(
                StagedNote.State.CLOSED, new DirectoryCap(new LiteralCap(new byte[0])), names, said, time, time);
        return new StagedRecord(
                ID,
                PieceKey.random(new SecureRandom()),
                Optional.of(cap),
                900,
                Long.MAX_VALUE,
                Optional.of("ab".repeat(32)),
                note);
    }

    @Test
    void comesBackAsItWas() throws Exception {
        StagedRecord record = record();
        assertThat(StagedRecord.open(ID, record.seal(KEY, new SecureRandom()), KEY))
                .isEqualTo(record);
    }

    @Test
    void neitherPrintsNorShowsWhatItHolds() {
        byte[] sealed = record().seal(KEY, new SecureRandom());
        assertThat(new String(sealed, US_ASCII)).doesNotContain("URI").doesNotContain("lock");
        assertThat(record().toString() + record().note()).doesNotContain("URI");
    }

    @Test
    void belongsToOneFileAndOneGateway() {
        byte[] sealed = record().seal(KEY, new SecureRandom());
        String sentence = "it is damaged, or private/staging.key is another one than it was";
        assertThatThrownBy(() -> StagedRecord.open("other", sealed, KEY)).hasMessage(sentence);
        byte[] otherKey = new byte[Staging.KEY_BYTES];
        otherKey[0] = 1;
        assertThatThrownBy(() -> StagedRecord.open(ID, sealed, new SecretKeySpec(otherKey, "AES")))
                .hasMessage(sentence);
    }

    @Test
    void isToldFromOtherFiles() {
        assertThatThrownBy(() -> StagedRecord.open(ID, new byte[100], KEY))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessage("it is not the record of a staged file");
        assertThatThrownBy(() -> StagedRecord.open(ID, new byte[0], KEY)).isInstanceOf(MalformedRecordException.class);
    }

    /// Whatever stands inside, it is understood or refused in one way.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void damageInsideIsRefusedInWords(long seed) {
        var random = new Random(seed);
        byte[] whole = record().toBytes();
        int refused = 0;
        for (int i = 0; i < 4000; i++) {
            byte[] bytes = Arrays.copyOf(whole, random.nextInt(4) == 0 ? random.nextInt(whole.length) : whole.length);
            for (int flips = random.nextInt(4); flips >= 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                StagedRecord.parse(ID, bytes);
            } catch (MalformedRecordException e) {
                assertThat(e).hasMessageStartingWith("it ");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1000);
    }
}
