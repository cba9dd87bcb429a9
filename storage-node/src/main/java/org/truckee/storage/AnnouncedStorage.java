package org.truckee.storage;

import java.io.IOException;
import java.security.SecureRandom;
import org.truckee.crypto.Furl;
import org.truckee.protocol.introducer.Announcement;
import org.truckee.protocol.introducer.Announcer;
import org.truckee.protocol.introducer.SignedAnnouncement;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.NodeRole;
import org.truckee.protocol.node.Product;

/// What a storage node says of itself.
final class AnnouncedStorage implements Announcer.Service {

    private final NodeDirectory directory;
    private final String filesystem;
    private final SecureRandom random;

    AnnouncedStorage(NodeDirectory directory, String filesystem, SecureRandom random) {
        this.directory = directory;
        this.filesystem = filesystem;
        this.random = random;
    }

    @Override
    public Furl address() throws IOException {
        return directory.address(NodeRole.STORAGE, random);
    }

    @Override
    public SignedAnnouncement sign(Furl address, long least) throws IOException {
        return sign(address, directory.permutationSeed(), directory.nextAnnouncementNumber(least));
    }

    /// What a client in this process needs to know; it is older than all that is announced.
    Announcement forThisProcess() throws IOException {
        return sign(address(), directory.permutationSeed(), 0).verify();
    }

    private SignedAnnouncement sign(Furl address, byte[] seed, long seqnum) {
        byte[] message = Announcement.storage(
                directory.nickname(), Product.NAME, address, directory.nurls(address), seed, filesystem, seqnum);
        return SignedAnnouncement.sign(message, directory.announcementKey());
    }
}
