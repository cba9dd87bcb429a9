package org.truckee.protocol.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.truckee.crypto.AnnouncementKey;
import org.truckee.crypto.AnnouncementPublicKey;
import org.truckee.crypto.Base32;
import org.truckee.crypto.Furl;
import org.truckee.crypto.Location;
import org.truckee.crypto.MalformedAddressException;
import org.truckee.crypto.MutableSigningKey;
import org.truckee.crypto.MutableVerifyingKey;
import org.truckee.crypto.Netstring;
import org.truckee.crypto.NetstringReader;
import org.truckee.crypto.NodeCertificate;
import org.truckee.crypto.Nurl;
import org.truckee.crypto.Swissnum;
import org.truckee.protocol.cbor.MalformedCborException;
import org.truckee.protocol.introducer.Announcement;
import org.truckee.protocol.introducer.BadAnnouncementException;
import org.truckee.protocol.introducer.IntroducerMessages;
import org.truckee.protocol.introducer.SignedAnnouncement;
import org.truckee.protocol.node.BadConfigurationException;
import org.truckee.protocol.node.TahoeConfiguration;
import org.truckee.protocol.storage.StorageMessagesAccess;

/// Every parser below the client takes mutated bytes without falling over.
@Timeout(60)
class ForeignBytesTest {
    private static final int ROUNDS = 3000;
    private static final NodeCertificate CERTIFICATE = NodeCertificate.generate(new SecureRandom());
    private static final AnnouncementKey KEY = AnnouncementKey.generate(new SecureRandom());
    private static final MutableSigningKey SIGNING_KEY = MutableSigningKey.generate(new SecureRandom());
    private static final Furl FURL =
            Furl.of(CERTIFICATE.tubId(), List.of(new Location("10.0.0.1", 8098)), Swissnum.of("swiss"));
    private static final Nurl NURL =
            new Nurl(CERTIFICATE.spkiHash(), new Location("10.0.0.1", 8098), Swissnum.of("swiss"));

    @TempDir
    Path folder;

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void addresses(long seed) {
        List<byte[]> texts = List.of(FURL.uri().getBytes(UTF_8), NURL.uri().getBytes(UTF_8));
        Fuzz.run(seed, ROUNDS, texts, 100, MalformedAddressException.class, bytes -> Furl.parse(text(bytes)));
        Fuzz.run(seed, ROUNDS, texts, 100, MalformedAddressException.class, bytes -> Nurl.parse(text(bytes)));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void keysAndCertificates(long seed) {
        byte[] pem = CERTIFICATE.toPem().getBytes(UTF_8);
        byte[] privateKey = KEY.toText().getBytes(UTF_8);
        byte[] publicKey = KEY.publicKey().toString().getBytes(UTF_8);
        Fuzz.run(seed, 300, List.of(pem), 3000, None.class, bytes -> NodeCertificate.fromPem(text(bytes)));
        Fuzz.run(seed, ROUNDS, List.of(privateKey), 100, None.class, bytes -> AnnouncementKey.parse(text(bytes)));
        Fuzz.run(seed, ROUNDS, List.of(publicKey), 1000, None.class, bytes -> AnnouncementPublicKey.parse(text(bytes)));
        Fuzz.run(seed, 300, List.of(SIGNING_KEY.toBytes()), 1000, None.class, MutableSigningKey::parse);
        Fuzz.run(seed, 300, List.of(SIGNING_KEY.publicKey().toBytes()), 1000, None.class, MutableVerifyingKey::parse);
        Fuzz.run(seed, 300, List.of(pem), 3000, None.class, bytes -> MutableSigningKey.fromPem(text(bytes)));
    }

    /// Thrown by nothing: the parser gives an empty result instead.
    private static final class None extends Exception {
        private static final long serialVersionUID = 1;
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void textForms(long seed) {
        byte[] base32 = Base32.encode(new byte[33]).getBytes(UTF_8);
        byte[] netstrings = Netstring.encode(Netstring.encode("a netstring".getBytes(UTF_8)));
        Fuzz.run(seed, ROUNDS, List.of(base32), 100, None.class, bytes -> Base32.decode(text(bytes)));
        Fuzz.run(seed, ROUNDS, List.of(netstrings), 100, None.class, bytes -> {
            var reader = new NetstringReader(ByteBuffer.wrap(bytes));
            while (reader.next().isPresent()) {
                // all of them
            }
        });
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void announcements(long seed) {
        byte[] message = Announcement.storage("me", "truckee", FURL, List.of(NURL), new byte[32], "disk", 7);
        Fuzz.run(seed, ROUNDS, List.of(message), 1000, BadAnnouncementException.class, bytes -> {
            Announcement announcement = SignedAnnouncement.sign(bytes, KEY).verify();
            announcement.storageFurl();
            announcement.storageNurls();
            announcement.permutationSeed();
            announcement.nickname();
            announcement.seqnum();
        });
        byte[] triple = IntroducerMessages.write(SignedAnnouncement.sign(message, KEY));
        Fuzz.run(
                seed,
                ROUNDS,
                List.of(triple),
                1000,
                IOException.class,
                bytes -> IntroducerMessages.readAnnouncement(bytes).verify());
        byte[] news = IntroducerMessages.write(
                new IntroducerMessages.News("c-1", List.of(SignedAnnouncement.sign(message, KEY))));
        Fuzz.run(seed, ROUNDS, List.of(news), 1000, MalformedCborException.class, IntroducerMessages::readNews);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void storageMessages(long seed) {
        for (var message : StorageMessagesAccess.all()) {
            Fuzz.run(seed, ROUNDS, List.of(message.bytes()), 1000, MalformedCborException.class, message.parser());
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void configuration(long seed) {
        byte[] configuration =
                "[node]\nnickname = x\nweb.port = tcp:3456:interface=127.0.0.1\n[storage]\nreserved_space = 5GB\n"
                        .getBytes(UTF_8);
        Fuzz.run(seed, 1000, List.of(configuration), 1000, BadConfigurationException.class, bytes -> {
            Path file = Files.write(folder.resolve("tahoe.cfg"), bytes);
            var parsed = TahoeConfiguration.read(file);
            parsed.listenAddress("node", "web.port", "tcp:1");
            parsed.bytes("storage", "reserved_space");
        });
    }
}
