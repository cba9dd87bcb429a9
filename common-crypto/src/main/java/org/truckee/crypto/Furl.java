package org.truckee.crypto;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// A node's address in the form that Foolscap gave it: `pb://TUBID@HINT[,HINT...]/SWISSNUM`.
/// A hint is `tcp:HOST:PORT`; hints of other kinds are kept and not used.
public record Furl(TubId tubId, List<String> hints, Swissnum swissnum) {
    private static final String SCHEME = "pb://";

    public Furl {
        hints = List.copyOf(hints);
    }

    public static Furl of(TubId tubId, List<Location> locations, Swissnum swissnum) {
        return new Furl(tubId, locations.stream().map(l -> "tcp:" + l).toList(), swissnum);
    }

    public static Furl parse(String text) throws MalformedAddressException {
        if (!text.startsWith(SCHEME)) {
            throw new MalformedAddressException("not a furl: it does not start with pb://");
        }
        int at = text.indexOf('@');
        int slash = text.indexOf('/', Math.max(at, SCHEME.length()));
        if (at < 0 || slash < 0 || slash == text.length() - 1) {
            throw new MalformedAddressException("not a furl: it needs the form pb://TUBID@HOST:PORT/SWISSNUM");
        }
        String id = text.substring(SCHEME.length(), at);
        TubId tubId = TubId.parse(id.substring(0, Math.min(id.length(), 32)))
                .orElseThrow(() -> new MalformedAddressException("not a furl: its TubID is not 32 base32 characters"));
        String hints = text.substring(at + 1, slash);
        return new Furl(
                tubId,
                hints.isEmpty() ? List.of() : Arrays.asList(hints.split(",")),
                Swissnum.of(text.substring(slash + 1)));
    }

    /// The hints that name a TCP address, in order.
    public List<Location> locations() {
        return hints.stream().map(Location::parse).flatMap(Optional::stream).toList();
    }

    /// The address itself, secret part included.
    public String uri() {
        return address() + "/" + swissnum.text();
    }

    @Override
    public String toString() {
        return address() + "/(hidden)";
    }

    private String address() {
        return hints.stream().collect(Collectors.joining(",", SCHEME + tubId + "@", ""));
    }
}
