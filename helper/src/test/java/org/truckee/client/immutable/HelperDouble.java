package org.truckee.client.immutable;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.truckee.client.cap.Encoding;
import org.truckee.crypto.Furl;
import org.truckee.crypto.Location;
import org.truckee.crypto.NodeCertificate;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.Swissnum;
import org.truckee.protocol.helper.CommitAnswer.Placed;
import org.truckee.protocol.helper.ExpansionRequest;
import org.truckee.protocol.helper.HelperMessages;
import org.truckee.protocol.helper.HelperMessages.Opened;
import org.truckee.protocol.http.Bounds;
import org.truckee.protocol.http.HttpServer;
import org.truckee.protocol.http.Reply;
import org.truckee.protocol.http.Request;
import org.truckee.protocol.http.Tls;
import org.truckee.protocol.introducer.ServerId;

/// A helper that takes ciphertext into memory and does with it what a test wants.
final class HelperDouble implements AutoCloseable {
    private static final String CBOR = "application/cbor";

    private final NodeCertificate certificate = NodeCertificate.generate(new SecureRandom());
    private final Swissnum swissnum = Swissnum.random(new SecureRandom());
    private final Conduct conduct;
    private final HttpServer server;
    private volatile Optional<ExpansionRequest> request = Optional.empty();

    /// How it treats a client.
    interface Conduct {
        /// Takes the ciphertext, all of it unless this says otherwise.
        default byte[] receive(Request patch, ExpansionRequest request) throws IOException {
            return patch.body().ofLength(request.size()).readAll();
        }

        /// Places what it likes and says where it is.
        Map<ServerId, Set<Integer>> place(ExpansionRequest request, byte[] ciphertext) throws IOException;
    }

    private volatile byte[] ciphertext = new byte[0];

    HelperDouble(EventLoopGroup loops, Conduct conduct) {
        this.conduct = conduct;
        try {
            this.server = HttpServer.secure(
                    loops,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    Tls.serverToKnown(certificate),
                    Bounds.DEFAULT,
                    this::handle);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Furl furl() {
        return Furl.of(certificate.tubId(), List.of(new Location("127.0.0.1", server.port())), swissnum);
    }

    private Reply handle(Request asked) throws IOException {
        return switch (asked.method()) {
            case "GET" -> Reply.empty(200);
            case "DELETE" -> Reply.empty(204);
            case "PATCH" -> {
                ciphertext = conduct.receive(asked, request.orElseThrow());
                yield Reply.of(200, CBOR, HelperMessages.writeReceived(ciphertext.length));
            }
            default -> asked.path().size() == 3 ? open(asked) : commit();
        };
    }

    private Reply open(Request asked) throws IOException {
        request = Optional.of(HelperMessages.readRequest(asked.body().readAll(HelperMessages.MAX_BYTES)));
        return Reply.of(200, CBOR, HelperMessages.write(new Opened(false, "id", 0)));
    }

    private Reply commit() throws IOException {
        return Reply.of(200, CBOR, HelperMessages.write(new Placed(conduct.place(request.orElseThrow(), ciphertext))));
    }

    /// The shares of a ciphertext.
    static List<byte[]> shares(ExpansionRequest request, byte[] ciphertext) throws IOException {
        var source = new CiphertextSource() {
            @Override
            public StorageIndex storageIndex() {
                return request.storageIndex();
            }

            @Override
            public Segmentation segmentation() {
                return new Segmentation(
                        new Encoding(request.required(), request.total()), request.size(), request.segmentBytes());
            }

            @Override
            public void read(long offset, byte[] target, int at, int length) {
                System.arraycopy(ciphertext, (int) offset, target, at, length);
            }
        };
        try (var encoder = new ChkEncoder(source)) {
            List<ByteBuffer> shares = new ArrayList<>();
            for (int share = 0; share < request.total(); share++) {
                shares.add(ByteBuffer.allocate((int) encoder.shareBytes()).put(encoder.header()));
            }
            for (int segment = 0; segment < source.segmentation().segments(); segment++) {
                byte[][] blocks = encoder.nextSegment();
                for (int share = 0; share < request.total(); share++) {
                    shares.get(share).put(blocks[share]);
                }
            }
            List<byte[]> whole = new ArrayList<>();
            for (int share = 0; share < request.total(); share++) {
                shares.get(share).put(encoder.trailers().of(share).readAll());
                whole.add(shares.get(share).array());
            }
            return whole;
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
