package org.truckee.client.mutable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.MutableReadCap;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.grid.GridServer;
import org.truckee.client.mutable.SlotReader.Opened;
import org.truckee.client.share.CorruptShareException;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.MutableSigningKey;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.storage.ReadTestWriteAnswer;
import org.truckee.protocol.storage.ReadTestWriteAnswer.NoRoom;
import org.truckee.protocol.storage.ReadTestWriteAnswer.Tested;
import org.truckee.protocol.storage.ReadTestWriteAnswer.WrongWriteEnabler;
import org.truckee.protocol.storage.ReadVector;
import org.truckee.protocol.storage.ShareKind;
import org.truckee.protocol.storage.TestAndWrite;

/// The slots of one mutable file, server by server, for who decides alone what is to be where.
/// Safe for use by any number of threads.
public final class MutableSlots {
    private static final Logger LOG = LoggerFactory.getLogger(MutableSlots.class);

    private final MutableReadCap cap;
    private final LeaseSecret leaseSecret;
    private final SecureRandom random;

    MutableSlots(MutableReadCap cap, LeaseSecret leaseSecret, SecureRandom random) {
        this.cap = cap;
        this.leaseSecret = leaseSecret;
        this.random = random;
    }

    /// A proven share on a server. Belongs to one thread.
    public final class SeenShare {
        private final MutableShareReader reader;

        private SeenShare(MutableShareReader reader) {
            this.reader = reader;
        }

        public int number() {
            return reader.share();
        }

        public Checkstring checkstring() {
            return reader.header().checkstring();
        }

        public long sequenceNumber() {
            return reader.header().sequenceNumber();
        }

        public Encoding encoding() {
            return reader.header().encoding();
        }

        /// The file's contents, if every share holds them whole.
        public byte[] contents() throws IOException {
            if (encoding().required() != 1) {
                throw new IOException("one share of " + encoding() + " does not hold the contents");
            }
            var decoder = new MutableDecoder(reader.header(), cap.readKey());
            var contents = new ByteArrayOutputStream();
            for (int segment = 0; segment < reader.header().segments(); segment++) {
                contents.writeBytes(decoder.decode(segment, Map.of(number(), reader.readBlock(segment))));
            }
            return contents.toByteArray();
        }

        /// The key that signs versions; empty if the share's is damaged.
        public Optional<MutableSigningKey> signingKey(MutableWriteCap writeCap) throws IOException {
            byte[] der = writeCap.writeKey().transformSigningKey(reader.encryptedSigningKey());
            return MutableSigningKey.parse(der).filter(key -> key.writeKey().equals(writeCap.writeKey()));
        }
    }

    /// What became of a write.
    public enum Written {
        ACCEPTED,
        /// Something else is there, or the server would not or could not take it.
        REFUSED,
        /// No answer was heard, twice.
        UNHEARD
    }

    /// What a server has under one number.
    public sealed interface Slot {
        /// A share that is good as far as it was looked at.
        record Good(SeenShare share) implements Slot {}

        /// A share that is not, and what it begins with.
        record Damaged(Checkstring start) implements Slot {}

        /// A share that got another version while it was read, part by part.
        record Overwritten() implements Slot {}

        record Empty() implements Slot {}
    }

    /// The numbers of the shares that a server has.
    public Set<Integer> list(GridServer server) throws IOException {
        return server.storage().list(ShareKind.MUTABLE, storageIndex());
    }

    /// Looks at one share, of which `firstBytes` are read at once. The server's operator is told if it is damaged.
    public Slot look(GridServer server, int number, int firstBytes) throws IOException {
        return switch (reader(server, number).open(firstBytes)) {
            case Opened.Good(MutableShareReader share) -> new Slot.Good(new SeenShare(share));
            case Opened.Damaged(Checkstring start, CorruptShareException damage) -> {
                reportDamage(server, damage);
                yield new Slot.Damaged(start);
            }
            case Opened.Overwritten _ -> new Slot.Overwritten();
            case Opened.Empty _ -> new Slot.Empty();
        };
    }

    private SlotReader reader(GridServer server, int number) {
        return new SlotReader(cap.toVerifyCap(), server, number);
    }

    /// Tells the log and the server's operator of a share that is not used.
    public void reportDamage(GridServer server, CorruptShareException damage) {
        LOG.atWarn()
                .addKeyValue("storageIndex", storageIndex())
                .addKeyValue("server", server)
                .addKeyValue("reason", damage.getMessage())
                .log("a share is not used");
        try {
            server.storage()
                    .adviseCorrupt(
                            ShareKind.MUTABLE, storageIndex(), damage.share(), String.valueOf(damage.getMessage()));
        } catch (IOException unheard) {
            // the operator of that server does not learn of it; the reader is not harmed
        }
    }

    /// Whether a share is of this version, by what the server says and without proof.
    public boolean isVersion(GridServer server, int number, Checkstring version) throws IOException {
        ByteBuffer expected = version.toBuffer();
        return ByteBuffer.wrap(reader(server, number).read(0, expected.remaining()))
                .equals(expected);
    }

    /// A new version, with a copy of `contents` in every share.
    public SlotVersion encode(
            MutableWriteCap writeCap, MutableSigningKey key, byte[] contents, long number, int total) {
        MutableVersion version = new MutableEncoder(key, writeCap.format(), new Encoding(1, total))
                .encode(contents, number, () -> Salt.random(random));
        return new SlotVersion(version);
    }

    /// All shares of one version, ready to be written.
    public static final class SlotVersion {
        private final MutableVersion version;

        private SlotVersion(MutableVersion version) {
            this.version = version;
        }

        public Checkstring checkstring() {
            return version.header().checkstring();
        }
    }

    /// Writes one share where the version `expected` is still there, or nothing if that is empty.
    public Written write(
            MutableWriteCap writeCap,
            GridServer server,
            int number,
            Optional<Checkstring> expected,
            SlotVersion version) {
        byte[] share = version.version.shares().get(number);
        var test = expected.map(Checkstring::test).orElse(new TestAndWrite.Test(0, 1, ByteBuffer.allocate(0)));
        var change = new TestAndWrite(
                List.of(test),
                List.of(new TestAndWrite.Write(0, ByteBuffer.wrap(share))),
                OptionalLong.of(share.length));
        try {
            return write(writeCap, server, number, change, version);
        } catch (IOException unheard) {
            try { // the same bytes once more: it may have been heard
                return write(writeCap, server, number, change, version);
            } catch (IOException again) {
                LOG.atInfo()
                        .addKeyValue("storageIndex", storageIndex())
                        .addKeyValue("server", server)
                        .addKeyValue("reason", again.getMessage())
                        .log("a share was not written");
                return Written.UNHEARD;
            }
        }
    }

    /// Removes one share if the version `expected` is still there; says whether it did.
    public boolean remove(MutableWriteCap writeCap, GridServer server, int number, Checkstring expected)
            throws IOException {
        var nothing = new TestAndWrite(List.of(expected.test()), List.of(), OptionalLong.of(0));
        return readTestWrite(writeCap, server, number, nothing, 0) instanceof Tested tested && tested.written();
    }

    private ReadTestWriteAnswer readTestWrite(
            MutableWriteCap writeCap, GridServer server, int number, TestAndWrite change, int readBytes)
            throws IOException {
        return server.storage()
                .readTestWrite(
                        storageIndex(),
                        writeCap.writeKey().writeEnabler(server.tubId()),
                        leaseSecret.leaseSecrets(storageIndex(), server.tubId()),
                        Map.of(number, change),
                        List.of(new ReadVector(0, readBytes)));
    }

    private Written write(
            MutableWriteCap writeCap, GridServer server, int number, TestAndWrite change, SlotVersion version)
            throws IOException {
        ByteBuffer own = version.checkstring().toBuffer();
        ReadTestWriteAnswer answer = readTestWrite(writeCap, server, number, change, own.remaining());
        return switch (answer) {
            case Tested tested -> {
                List<ByteBuffer> there = tested.data().getOrDefault(number, List.of());
                boolean mine = !there.isEmpty() && there.getFirst().equals(own);
                yield tested.written() || mine ? Written.ACCEPTED : Written.REFUSED;
            }
            case WrongWriteEnabler _ -> refused(server, "it was first written by a server of another key");
            case NoRoom _ -> refused(server, "the server has no room");
        };
    }

    private Written refused(GridServer server, String reason) {
        LOG.atWarn()
                .addKeyValue("storageIndex", storageIndex())
                .addKeyValue("server", server)
                .addKeyValue("reason", reason)
                .log("a share cannot be written");
        return Written.REFUSED;
    }

    private StorageIndex storageIndex() {
        return cap.readKey().storageIndex();
    }
}
