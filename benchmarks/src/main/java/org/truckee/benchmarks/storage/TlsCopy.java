package org.truckee.benchmarks.storage;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.truckee.crypto.NodeCertificate;

/// What a TLS socket between two processes of this machine carries, with nothing at its ends: the bound of whatever
/// is transferred between two nodes. As a program it is the receiving end.
final class TlsCopy {
    private static final int PIECE_BYTES = 64 << 10;

    private TlsCopy() {}

    /// Takes bytes until the end and answers one, for one connection after the other; prints its port first.
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        try (var listener = (SSLServerSocket) context(NodeCertificate.generate(new SecureRandom()))
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            System.out.println(listener.getLocalPort());
            while (true) {
                try (var connection = listener.accept();
                        var in = new DataInputStream(connection.getInputStream())) {
                    drop(in, in.readLong());
                    connection.getOutputStream().write(1);
                }
            }
        }
    }

    private static void drop(InputStream in, long bytes) throws IOException {
        var piece = new byte[PIECE_BYTES];
        for (long left = bytes; left > 0; ) {
            int read = in.read(piece, 0, (int) Math.min(left, PIECE_BYTES));
            if (read < 0) {
                throw new IOException("the copy ended too early");
            }
            left -= read;
        }
    }

    /// The bytes per second at which `bytes` get to the process at `port`.
    static double measure(int port, long bytes) throws IOException, GeneralSecurityException {
        var piece = new byte[PIECE_BYTES];
        try (var socket = trusting().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
                var out = socket.getOutputStream()) {
            long begin = System.nanoTime();
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((int) (bytes >>> shift));
            }
            for (long left = bytes; left > 0; left -= PIECE_BYTES) {
                out.write(piece, 0, (int) Math.min(left, PIECE_BYTES));
            }
            if (socket.getInputStream().read() != 1) {
                throw new IOException("the copy was not answered");
            }
            return bytes / ((System.nanoTime() - begin) / (double) TimeUnit.SECONDS.toNanos(1));
        }
    }

    private static SSLContext context(NodeCertificate certificate) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("node", certificate.privateKey(), new char[0], new Certificate[] {certificate.certificate()});
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    /// For connections to this machine.
    static SSLContext trusting() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Trusting()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
