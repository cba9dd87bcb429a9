package org.truckee.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.truckee.crypto.Furl;
import org.truckee.crypto.MalformedAddressException;
import org.truckee.protocol.introducer.Introducers;
import picocli.CommandLine.Option;

/// The introducers of a new node.
final class IntroducerOptions {
    @Option(
            names = "--introducer",
            paramLabel = "ADDRESS",
            converter = SecretArgument.Converter.class,
            description = "The introducer's address, - to read it, or @FILE; may be given several times.")
    private List<SecretArgument> introducers = new ArrayList<>();

    /// The first one goes into `tahoe.cfg`, others into a file of their own.
    void write(NewNode node) throws IOException {
        Map<String, Furl> others = new LinkedHashMap<>();
        for (SecretArgument argument : introducers) {
            Furl furl = read(argument);
            if (argument == introducers.getFirst()) {
                node.set("client", "introducer.furl", furl.uri());
            } else {
                others.put("introducer" + (others.size() + 2), furl);
            }
        }
        if (!others.isEmpty()) {
            node.file("private/" + Introducers.FILE, Introducers.text(others));
        }
    }

    private static Furl read(SecretArgument argument) throws IOException {
        try {
            Furl furl = Furl.parse(argument.read());
            if (furl.locations().isEmpty()) {
                throw new WrongOptionException("--introducer names no host and port");
            }
            return furl;
        } catch (MalformedAddressException e) {
            throw new WrongOptionException("--introducer is " + e.getMessage());
        }
    }
}
