package org.truckee.client.cap;

import java.io.IOException;

/// A text begins as a capability and is none. The message names the part that is wrong and never quotes the text.
public final class MalformedCapException extends IOException {
    private static final long serialVersionUID = 1;

    MalformedCapException(String kind, String problem) {
        super("not a valid " + kind + " capability: " + problem);
    }
}
