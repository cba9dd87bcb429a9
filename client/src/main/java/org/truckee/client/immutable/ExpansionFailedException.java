package org.truckee.client.immutable;

import java.io.IOException;

/// A helper was sent ciphertext and the file did not come to be stored through it, or not so that one could see it.
/// Nothing under that storage index is to be believed now: the helper may have put anything there.
final class ExpansionFailedException extends IOException {
    private static final long serialVersionUID = 1;

    ExpansionFailedException(String message, IOException cause) {
        super(message, cause);
    }
}
