package org.truckee.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.cap.MutableFormat;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.cap.UnknownCap;
import org.truckee.client.directory.Child;
import org.truckee.client.directory.Entry;
import org.truckee.client.directory.Metadata;
import org.truckee.client.files.UploadPolicy;
import org.truckee.client.immutable.EncryptedFile;
import org.truckee.client.immutable.Plaintext;
import org.truckee.client.immutable.Segmentation;
import org.truckee.crypto.AnnouncementKey;
import org.truckee.crypto.Base32;
import org.truckee.crypto.ConvergenceSecret;
import org.truckee.crypto.Furl;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.LeaseSecrets;
import org.truckee.crypto.Location;
import org.truckee.crypto.MutableReadKey;
import org.truckee.crypto.MutableSigningKey;
import org.truckee.crypto.NodeCertificate;
import org.truckee.crypto.Nurl;
import org.truckee.crypto.ReadKey;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.Swissnum;
import org.truckee.crypto.UploadSecret;
import org.truckee.crypto.WriteEnabler;
import org.truckee.crypto.WriteKey;

/// No type that holds a secret shows it, in `toString` or when something goes wrong with it.
class SecretsDoNotPrintTest {
    private static final byte[] SECRET = filled(16);
    private static final byte[] LONG_SECRET = filled(32);
    private static final String SWISSNUM = "swissnumswissnumswissnum";
    private static final NodeCertificate CERTIFICATE = NodeCertificate.generate(new SecureRandom());

    private static byte[] filled(int length) {
        var bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0xa7);
        return bytes;
    }

    /// The secrets as text, however they might be written; long enough to be in no message by chance.
    private static final List<String> FORBIDDEN = List.of(
            Base32.encode(SECRET).substring(0, 20),
            HexFormat.of().formatHex(SECRET),
            Arrays.toString(SECRET).substring(1, 20),
            SWISSNUM,
            "PRIVATE KEY",
            "priv-v0-");

    static Stream<Arguments> holders() throws Exception {
        var signingKey = MutableSigningKey.generate(new SecureRandom());
        var announcementKey = AnnouncementKey.generate(new SecureRandom());
        String hash = Base32.encode(LONG_SECRET);
        Cap chk = Cap.parse("URI:CHK:" + Base32.encode(SECRET) + ":" + hash + ":3:10:56");
        Cap write = Cap.parse("URI:SSK:" + Base32.encode(SECRET) + ":" + hash);
        Cap read = Cap.parse("URI:MDMF-RO:" + Base32.encode(SECRET) + ":" + hash);
        var location = List.of(new Location("h", 1));
        var segmentation = Segmentation.of(new Encoding(1, 1), 100, 100);
        return Stream.of(
                        new ReadKey(SECRET),
                        new MutableReadKey(SECRET),
                        new WriteKey(SECRET),
                        new WriteKey(SECRET).childKey(new byte[16]),
                        new ConvergenceSecret(LONG_SECRET),
                        new LeaseSecret(LONG_SECRET),
                        new LeaseSecrets(LONG_SECRET, LONG_SECRET),
                        new UploadSecret(LONG_SECRET),
                        new WriteEnabler(LONG_SECRET),
                        Swissnum.of(SWISSNUM),
                        Furl.of(CERTIFICATE.tubId(), location, Swissnum.of(SWISSNUM)),
                        new Nurl(CERTIFICATE.spkiHash(), location.getFirst(), Swissnum.of(SWISSNUM)),
                        CERTIFICATE,
                        signingKey,
                        announcementKey,
                        MutableWriteCap.of(MutableFormat.SDMF, signingKey),
                        chk,
                        write,
                        read,
                        Cap.parse(chk.uri().replace("URI:", "URI:DIR2-")),
                        Cap.parse("URI:DIR2:" + Base32.encode(SECRET) + ":" + hash),
                        new LiteralCap(SECRET),
                        new DirectoryCap(new LiteralCap(SECRET)),
                        new UnknownCap("lafs://" + Base32.encode(SECRET)),
                        Child.of(write),
                        Child.of(chk),
                        new Child(Optional.of("lafs://" + Base32.encode(SECRET)), Optional.empty()),
                        new Entry("name", Child.of(write), Metadata.empty().linkedAt(Instant.EPOCH)),
                        new EncryptedFile(Plaintext.of(new byte[100]), new ReadKey(SECRET), segmentation),
                        new UploadPolicy(new Encoding(1, 1), 1, new ConvergenceSecret(LONG_SECRET)))
                .map(holder -> Arguments.of(holder.getClass().getSimpleName(), holder));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("holders")
    void holderOfASecretDoesNotShowIt(String name, Object holder) {
        assertThat(FORBIDDEN).noneMatch(holder.toString()::contains);
    }

    static Stream<Arguments> mishaps() {
        String key = Base32.encode(SECRET);
        List<ThrowingCallable> calls = new ArrayList<>();
        for (String cap : List.of(
                "URI:CHK:" + key + "x:y:3:10:56",
                "URI:CHK:x:" + key + ":3:10:56",
                "URI:CHK:" + key,
                "URI:SSK:" + key + ":" + key,
                "URI:DIR2-MDMF:" + key + ":" + key,
                "URI:LIT:" + key + "!")) {
            calls.add(() -> Cap.parse(cap));
        }
        calls.add(() -> Furl.parse("pb://" + key + "@tcp:h:1/" + SWISSNUM));
        calls.add(() -> Furl.parse("http://" + SWISSNUM));
        calls.add(() -> Nurl.parse("pb://" + key + "@h:1/" + SWISSNUM + "#v=1"));
        calls.add(() -> Nurl.parse("pb://" + SWISSNUM));
        calls.add(() -> new ReadKey(LONG_SECRET));
        calls.add(() -> new WriteKey(LONG_SECRET));
        calls.add(() -> new LeaseSecret(SECRET));
        calls.add(() -> new LeaseSecrets(SECRET, SECRET));
        calls.add(() -> new WriteEnabler(SECRET));
        calls.add(() -> new StorageIndex(LONG_SECRET));
        return calls.stream().map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("mishaps")
    void failureDoesNotShowTheSecret(ThrowingCallable call) {
        Throwable failure = catchThrowable(call);
        assertThat(failure).isInstanceOfAny(IOException.class, IllegalArgumentException.class);
        var trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        assertThat(FORBIDDEN).noneMatch(trace.toString()::contains);
    }
}
