package org.truckee.status;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The names under which a browser may ask for the pages. A page elsewhere cannot read ours through a name of its own
/// that it points at this machine.
final class Hosts {
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]+]");

    private final Set<String> names = new HashSet<>();

    /// The machine's own names, and more.
    Hosts(Collection<String> more) {
        names.add("localhost");
        try {
            InetAddress own = InetAddress.getLocalHost();
            names.add(own.getHostName().toLowerCase(Locale.ROOT));
            names.add(own.getCanonicalHostName().toLowerCase(Locale.ROOT));
        } catch (IOException nameless) {
            // then it is asked by number
        }
        more.forEach(name -> names.add(name.strip().toLowerCase(Locale.ROOT)));
    }

    /// Whether the `Host` header of a request, with or without a port, is one of them or a number.
    boolean accept(Optional<String> header) {
        String host = header.orElse("").toLowerCase(Locale.ROOT).replaceFirst(":[0-9]+$", "");
        return names.contains(host)
                || IPV4.matcher(host).matches()
                || IPV6.matcher(host).matches();
    }
}
