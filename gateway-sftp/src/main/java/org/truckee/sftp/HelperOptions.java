package org.truckee.sftp;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.truckee.client.grid.HelperMode;
import org.truckee.client.grid.KnownHelpers;
import org.truckee.client.grid.ServerSources.Source;
import org.truckee.crypto.Furl;
import org.truckee.protocol.introducer.AnnouncementCache;
import org.truckee.protocol.introducer.Introducers;
import org.truckee.protocol.node.NodeDirectory;
import org.truckee.protocol.node.TahoeConfiguration;

/// What the `[client]` section of a gateway says of helpers: `helper.furl` is the address of one; `helper.mode` what
/// they are used for; `helper.verify` whether files are read back whole.
record HelperOptions(NodeDirectory directory) {
    private static final String SECTION = "client";
    private static final String FURL = "helper.furl";
    private static final String MODE = "helper.mode";
    private static final String VERIFY = "helper.verify";

    KnownHelpers.Sources sources() throws IOException {
        Map<String, Source> introducers = new LinkedHashMap<>();
        Introducers.of(directory)
                .forEach((name, furl) ->
                        introducers.put(name, new Source(furl, AnnouncementCache.of(directory, name + "_helpers"))));
        return new KnownHelpers.Sources(mode(), furl(), introducers);
    }

    private Optional<HelperMode> mode() throws IOException {
        TahoeConfiguration configuration = directory.configuration();
        Optional<String> word = configuration.get(SECTION, MODE);
        Optional<HelperMode> mode = word.flatMap(HelperMode::of);
        if (word.isPresent() && mode.isEmpty()) {
            throw configuration.bad(SECTION, MODE, "is none of expand, relay and off");
        }
        return mode;
    }

    private Optional<Furl> furl() throws IOException {
        Optional<String> text = directory.configuration().get(SECTION, FURL);
        String where = directory.path().resolve("tahoe.cfg") + " [client] " + FURL;
        return text.isPresent() ? Optional.of(Introducers.address(where, text.get())) : Optional.empty();
    }

    /// Where files that a helper placed are kept until they are read back, if they are.
    Optional<Path> readBack() throws IOException {
        TahoeConfiguration configuration = directory.configuration();
        return switch (configuration.get(SECTION, VERIFY).orElse("full")) {
            case "full" -> Optional.of(directory.path().resolve("expanded"));
            case "sample" -> Optional.empty();
            default -> throw configuration.bad(SECTION, VERIFY, "is neither full nor sample");
        };
    }
}
