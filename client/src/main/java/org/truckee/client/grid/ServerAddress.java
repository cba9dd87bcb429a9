package org.truckee.client.grid;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import org.truckee.crypto.Location;
import org.truckee.protocol.http.HttpsClient;
import org.truckee.protocol.http.Tls;
import org.truckee.protocol.storage.HttpStorageClient;

/// Where a storage server says that it is.
public final class ServerAddress {
    private final ServerPlace.Address address;

    ServerAddress(ServerPlace.Address address) {
        this.address = address;
    }

    public Location location() {
        return address.location();
    }

    /// Asks whoever listens at its port of the machine `at` for a storage server's version.
    ///
    /// @throws IOException if that is not this server
    public void verify(EventLoopGroup loops, InetAddress at, Duration patience) throws IOException {
        var there = new Location(at.getHostAddress(), location().port());
        var client = new HttpsClient(loops, there, Tls.client(address.pin()::accepts), patience);
        try (var storage = new HttpStorageClient(client, address.swissnum())) {
            storage.version();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ServerAddress that && that.address.equals(address);
    }

    @Override
    public int hashCode() {
        return address.hashCode();
    }

    @Override
    public String toString() {
        return location().toString();
    }
}
