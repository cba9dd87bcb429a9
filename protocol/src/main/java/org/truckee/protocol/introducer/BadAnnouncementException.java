package org.truckee.protocol.introducer;

import java.io.IOException;

/// What should be an announcement is forged or makes no sense.
public final class BadAnnouncementException extends IOException {
    private static final long serialVersionUID = 1;

    BadAnnouncementException(String reason) {
        super("an announcement is not accepted: " + reason);
    }
}
