package org.truckee.helper;

import java.io.IOException;
import java.security.SecureRandom;
import org.truckee.crypto.Furl;
import org.truckee.protocol.introducer.Announcement;
import org.truckee.protocol.introducer.Announcer;
import org.truckee.protocol.introducer.SignedAnnouncement;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.NodeRole;

/// What a helper says of itself.
record AnnouncedHelper(NodeDirectory directory, String version, SecureRandom random) implements Announcer.Service {
    @Override
    public Furl address() throws IOException {
        return directory.address(NodeRole.HELPER, random);
    }

    @Override
    public SignedAnnouncement sign(Furl address, long least) throws IOException {
        byte[] message = Announcement.helper(
                directory.nickname(),
                version,
                address,
                directory.nurls(address),
                directory.nextAnnouncementNumber(least));
        return SignedAnnouncement.sign(message, directory.announcementKey());
    }
}
