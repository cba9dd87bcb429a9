package org.truckee.crypto;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/// A node's address for HTTPS: `pb://SPKIHASH@HOST:PORT/SWISSNUM#v=1`.
public record Nurl(SpkiHash spkiHash, Location location, Swissnum swissnum) {
    private static final String SCHEME = "pb://";
    private static final String FRAGMENT = "#v=1";
    private static final int DEFAULT_PORT = 443;

    public static Nurl parse(String text) throws MalformedAddressException {
        if (!text.startsWith(SCHEME) || !text.endsWith(FRAGMENT)) {
            throw new MalformedAddressException("not a nurl: it needs the form pb://SPKIHASH@HOST:PORT/SWISSNUM#v=1");
        }
        String rest = text.substring(SCHEME.length(), text.length() - FRAGMENT.length());
        int at = rest.indexOf('@');
        int slash = rest.indexOf('/', Math.max(at, 0));
        if (at < 0 || slash < 0 || slash == rest.length() - 1 || rest.indexOf('#') >= 0) {
            throw new MalformedAddressException("not a nurl: it needs the form pb://SPKIHASH@HOST:PORT/SWISSNUM#v=1");
        }
        SpkiHash spkiHash = SpkiHash.parse(rest.substring(0, at))
                .orElseThrow(
                        () -> new MalformedAddressException("not a nurl: its key hash is not 43 base64url characters"));
        String place = rest.substring(at + 1, slash);
        Location location = Location.parse(place)
                .or(() -> Location.parse(place + ":" + DEFAULT_PORT))
                .orElseThrow(() -> new MalformedAddressException("not a nurl: its host and port are not HOST:PORT"));
        return new Nurl(spkiHash, location, parseSwissnum(rest.substring(slash + 1)));
    }

    private static Swissnum parseSwissnum(String text) throws MalformedAddressException {
        try {
            return Swissnum.of(URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new MalformedAddressException("not a nurl: its swissnum is not percent-encoded text");
        }
    }

    /// The address itself, secret part included.
    public String uri() {
        return SCHEME + spkiHash + "@" + location + "/" + swissnum.text() + FRAGMENT;
    }

    @Override
    public String toString() {
        return SCHEME + spkiHash + "@" + location + "/(hidden)";
    }
}
