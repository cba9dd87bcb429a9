package org.truckee.protocol.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.crypto.NodeCertificate;

/// TLS between nodes: 1.2 or 1.3, self-signed certificates known by hash, no authority, no names, no dates. BoringSSL
/// does it where its library can be loaded, else the JDK.
public final class Tls {
    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private static final List<String> GCM = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
    private static final List<String> CHACHA20 = List.of(
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private static final boolean AES_INSTRUCTIONS = hasAesInstructions(Path.of("/proc/cpuinfo"));

    private static final SslProvider PROVIDER = choose();

    private Tls() {}

    private static SslProvider choose() {
        SslProvider chosen = OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
        LOG.atInfo()
                .addKeyValue("by", OpenSsl.isAvailable() ? OpenSsl.versionString() : "the JDK")
                .addKeyValue("first", cipherSuites(AES_INSTRUCTIONS).getFirst())
                .log("TLS");
        return chosen;
    }

    /// AES without instructions for it is 40 times slower than ChaCha20, with them several times faster.
    static List<String> cipherSuites(boolean aesInstructions) {
        return Stream.of(aesInstructions ? GCM : CHACHA20, aesInstructions ? CHACHA20 : GCM)
                .flatMap(List::stream)
                .toList();
    }

    /// As Linux tells it, in the `flags` of x86 or the `Features` of ARM; other systems run on CPUs that have them.
    static boolean hasAesInstructions(Path cpuinfo) {
        try (Stream<String> lines = Files.lines(cpuinfo)) {
            return lines.anyMatch(line -> line.matches("(flags|Features)\\s*:(.* )?aes( .*)?"));
        } catch (IOException | UncheckedIOException notLinux) {
            return true;
        }
    }

    /// For a server that shows `certificate`.
    public static SslContext server(NodeCertificate certificate) {
        return server(certificate, PROVIDER);
    }

    static SslContext server(NodeCertificate certificate, SslProvider provider) {
        try {
            return SslContextBuilder.forServer(certificate.privateKey(), certificate.certificate())
                    .sslProvider(provider)
                    .protocols(PROTOCOLS)
                    .ciphers(cipherSuites(AES_INSTRUCTIONS), SupportedCipherSuiteFilter.INSTANCE)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("TLS cannot be set up with the node's certificate", e);
        }
    }

    /// For a server that shows `certificate`, and tells clients apart by the certificates that they may show.
    public static SslContext serverToKnown(NodeCertificate certificate) {
        try {
            return SslContextBuilder.forServer(certificate.privateKey(), certificate.certificate())
                    .sslProvider(PROVIDER)
                    .protocols(PROTOCOLS)
                    .ciphers(cipherSuites(AES_INSTRUCTIONS), SupportedCipherSuiteFilter.INSTANCE)
                    .clientAuth(ClientAuth.OPTIONAL)
                    .trustManager(new Pin(_ -> true))
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("TLS cannot be set up with the node's certificate", e);
        }
    }

    /// For a client that talks to nobody whose certificate `pin` does not accept.
    public static SslContext client(Predicate<X509Certificate> pin) {
        return client(pin, PROVIDER);
    }

    static SslContext client(Predicate<X509Certificate> pin, SslProvider provider) {
        return build(clientBuilder(pin, provider));
    }

    /// The same for a client that shows a certificate of its own to whoever asks for one.
    public static SslContext client(Predicate<X509Certificate> pin, NodeCertificate own) {
        return build(clientBuilder(pin, PROVIDER).keyManager(own.privateKey(), own.certificate()));
    }

    private static SslContextBuilder clientBuilder(Predicate<X509Certificate> pin, SslProvider provider) {
        return SslContextBuilder.forClient()
                .sslProvider(provider)
                .protocols(PROTOCOLS)
                .ciphers(cipherSuites(AES_INSTRUCTIONS), SupportedCipherSuiteFilter.INSTANCE)
                .trustManager(new Pin(pin))
                .endpointIdentificationAlgorithm(null);
    }

    private static SslContext build(SslContextBuilder builder) {
        try {
            return builder.build();
        } catch (SSLException e) {
            throw new IllegalStateException("TLS cannot be set up", e);
        }
    }

    /// Memory for bytes on their way through TLS: the JDK's is two to three times faster over the heap, BoringSSL
    /// takes what lies outside of it without a copy.
    static ByteBuf buffer(ByteBufAllocator allocator, int bytes) {
        return PROVIDER == SslProvider.JDK ? allocator.heapBuffer(bytes) : allocator.directBuffer(bytes);
    }

    /// What a connection reads into.
    @SuppressWarnings("deprecation") // of the type of handle that Netty's own allocators still give
    static RecvByteBufAllocator receiving() {
        var adaptive = new AdaptiveRecvByteBufAllocator();
        return () -> new RecvByteBufAllocator.DelegatingHandle(adaptive.newHandle()) {
            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                return buffer(allocator, guess());
            }
        };
    }

    /// The server showed a certificate that is not the one its address names.
    static final class PinMismatchException extends CertificateException {
        private static final long serialVersionUID = 1;

        PinMismatchException() {
            super("the server shows another certificate than its address names");
        }
    }

    private static final class Pin extends X509ExtendedTrustManager {
        private final Predicate<X509Certificate> pin;

        Pin(Predicate<X509Certificate> pin) {
            this.pin = pin;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            if (chain.length != 1 || !pin.test(chain[0])) {
                throw new PinMismatchException();
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            checkClientTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            checkClientTrusted(chain, type);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
