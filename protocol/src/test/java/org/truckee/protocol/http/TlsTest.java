package org.truckee.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.truckee.crypto.Location;
import org.truckee.crypto.NodeCertificate;
import org.truckee.protocol.ByteStream;
import org.truckee.protocol.http.ServerUnreachableException.Reason;

/// Both ways of doing TLS, with each other.
class TlsTest {
    private static final NodeCertificate CERTIFICATE = NodeCertificate.generate(new SecureRandom());
    private static final EventLoopGroup LOOPS = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @AfterAll
    static void stop() {
        LOOPS.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private static HttpServer echo(SslProvider provider) throws IOException {
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return HttpServer.secure(
                LOOPS,
                loopback,
                Tls.server(CERTIFICATE, provider),
                Bounds.DEFAULT,
                request -> Reply.of(200, "text/plain", request.body().readAll(10_000_000)));
    }

    private static HttpsClient client(int port, SslContext tls) {
        return new HttpsClient(LOOPS, new Location("127.0.0.1", port), tls);
    }

    @ParameterizedTest(name = "{0} talks to {1}")
    @CsvSource({"JDK, JDK", "OPENSSL, OPENSSL", "JDK, OPENSSL", "OPENSSL, JDK"})
    void megabytesComeBack(SslProvider clientSide, SslProvider serverSide) throws IOException {
        assumeAvailable(clientSide, serverSide);
        var bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        try (var server = echo(serverSide);
                var client = client(server.port(), Tls.client(CERTIFICATE.certificate()::equals, clientSide));
                var answer = client.send("POST", "/", new DefaultHttpHeaders(), ByteStream.of(bytes))) {
            assertThat(answer.bytes(bytes.length)).isEqualTo(bytes);
        }
    }

    @ParameterizedTest(name = "{0} talks to {1}")
    @CsvSource({"JDK, JDK", "OPENSSL, OPENSSL", "JDK, OPENSSL", "OPENSSL, JDK"})
    void otherCertificateIsNotTalkedTo(SslProvider clientSide, SslProvider serverSide) throws IOException {
        assumeAvailable(clientSide, serverSide);
        try (var server = echo(serverSide);
                var client = client(server.port(), Tls.client(_ -> false, clientSide))) {
            assertThatThrownBy(() -> client.send("GET", "/", new DefaultHttpHeaders(), ByteStream.of()))
                    .isInstanceOfSatisfying(
                            ServerUnreachableException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.OTHER_CERTIFICATE));
        }
    }

    /// Where there is no native library there is nothing to try.
    private static void assumeAvailable(SslProvider... providers) {
        for (var provider : providers) {
            assumeTrue(SslProvider.isTlsv13Supported(provider));
        }
    }

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "'flags\t\t: fpu vme aes avx', true",
        "'flags\t\t: fpu vaes avx', false",
        "'Features\t: fp asimd evtstrm aes pmull', true",
        "'Features\t: fp asimd evtstrm crc32 cpuid', false"
    })
    void cpuTellsWhetherItHasAesInstructions(String line, boolean has) throws IOException {
        Path cpuinfo = Files.writeString(folder.resolve("cpuinfo"), "processor\t: 0\n" + line + "\nbogomips\t: 1\n");
        assertThat(Tls.hasAesInstructions(cpuinfo)).isEqualTo(has);
    }

    @Test
    void ciphersAreOrderedByHardware() {
        assertThat(Tls.cipherSuites(true)).hasSize(9).first().isEqualTo("TLS_AES_128_GCM_SHA256");
        assertThat(Tls.cipherSuites(false)).hasSize(9).first().isEqualTo("TLS_CHACHA20_POLY1305_SHA256");
        assertThat(Tls.hasAesInstructions(folder.resolve("nothing"))).isTrue();
    }

    @Test
    void whoGivesUpOnASilentServerLeavesNoConnection() throws Exception {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var client = client(silent.getLocalPort(), Tls.client(_ -> true, SslProvider.JDK));
            Thread asking = Thread.ofVirtual().start(() -> {
                try {
                    client.send("GET", "/", new DefaultHttpHeaders(), ByteStream.of());
                } catch (IOException interrupted) {
                    // as it should be
                }
            });
            try (var accepted = silent.accept()) {
                accepted.setSoTimeout(10_000);
                asking.interrupt();
                assertThat(accepted.getInputStream().readAllBytes()).hasSizeLessThan(10_000); // it ends
            }
        }
    }
}
