package org.truckee.client.grid;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.truckee.crypto.Location;
import org.truckee.crypto.NodeCertificate;
import org.truckee.crypto.SpkiHash;
import org.truckee.crypto.Swissnum;
import org.truckee.crypto.TubId;
import org.truckee.protocol.http.HttpsClient;
import org.truckee.protocol.http.Relay;
import org.truckee.protocol.http.Tls;
import org.truckee.protocol.introducer.Announcement;
import org.truckee.protocol.storage.HttpStorageClient;
import org.truckee.protocol.storage.StorageServer;
import org.truckee.protocol.storage.StorageUsage;

/// Where a storage server is asked.
sealed interface ServerPlace {
    StorageServer storage();

    /// How much it keeps, if it says.
    Optional<StorageUsage> usage() throws IOException;

    /// In words.
    String name();

    void close();

    /// In this process: called without a socket, and closed by whoever runs it.
    record Here(StorageServer storage, Supplier<StorageUsage> keeps) implements ServerPlace {
        @Override
        public Optional<StorageUsage> usage() {
            return Optional.of(keeps.get());
        }

        @Override
        public String name() {
            return "this process";
        }

        @Override
        public void close() {}
    }

    /// At an address, over HTTPS.
    record There(Address address, HttpStorageClient storage) implements ServerPlace {
        @Override
        public Optional<StorageUsage> usage() throws IOException {
            return storage.usage();
        }

        @Override
        public String name() {
            return address.location().toString();
        }

        @Override
        public void close() {
            storage.close();
        }
    }

    /// At an address that only somebody else reaches, who passes the bytes on.
    record Behind(String relay, HttpStorageClient storage) implements ServerPlace {
        @Override
        public Optional<StorageUsage> usage() throws IOException {
            return storage.usage();
        }

        @Override
        public String name() {
            return "through the helper at " + relay;
        }

        @Override
        public void close() {
            storage.close();
        }
    }

    /// A place that was announced, and how one knows that it is that server who answers there.
    record Address(Location location, Pin pin, Swissnum swissnum) {
        /// Whoever relays knows the server's addresses itself; the server is known by its certificate all the same.
        ServerPlace behind(Relay relay, EventLoopGroup loops) {
            var client = HttpsClient.through(loops, relay, Tls.client(pin::accepts));
            return new Behind(relay.location().toString(), new HttpStorageClient(client, swissnum));
        }

        ServerPlace open(EventLoopGroup loops) {
            return new There(
                    this, new HttpStorageClient(new HttpsClient(loops, location, Tls.client(pin::accepts)), swissnum));
        }
    }

    /// What the server's certificate must be.
    sealed interface Pin {
        boolean accepts(X509Certificate shown);

        /// One with this key, as a NURL has it.
        record Key(SpkiHash hash) implements Pin {
            @Override
            public boolean accepts(X509Certificate shown) {
                return NodeCertificate.spkiHash(shown.getPublicKey()).equals(hash);
            }
        }

        /// This very one, as a FURL has it.
        record Certificate(TubId tubId) implements Pin {
            @Override
            public boolean accepts(X509Certificate shown) {
                return NodeCertificate.tubId(shown).equals(tubId);
            }
        }
    }

    /// All of them are tried again and again while nobody answers, so an announcement cannot name any number.
    int MOST_ADDRESSES = 8;

    /// The addresses for HTTPS, then those of the FURL that are not among them; the first few of all.
    static List<Address> announced(Announcement announcement) {
        List<Address> addresses = new ArrayList<>();
        announcement
                .storageNurls()
                .forEach(nurl ->
                        addresses.add(new Address(nurl.location(), new Pin.Key(nurl.spkiHash()), nurl.swissnum())));
        announcement.storageFurl().ifPresent(furl -> {
            for (Location location : furl.locations()) {
                if (addresses.stream().noneMatch(known -> known.location().equals(location))) {
                    addresses.add(new Address(location, new Pin.Certificate(furl.tubId()), furl.swissnum()));
                }
            }
        });
        return addresses.subList(0, Math.min(addresses.size(), MOST_ADDRESSES));
    }
}
