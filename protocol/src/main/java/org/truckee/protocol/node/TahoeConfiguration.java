package org.truckee.protocol.node;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A node's `tahoe.cfg`: `[section]` lines, `key = value` lines, `#` and `;` comments; lines that begin with a blank
/// go on with the value before, as Python's configparser has it.
public final class TahoeConfiguration {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,18})\\s*([KMGTPE]?)(I?B)?");
    private static final Pattern ENDPOINT = Pattern.compile("(?:tcp:)?([0-9]{1,5})(?::interface=(.+))?");

    private final Path file;
    private final Map<String, Map<String, String>> sections;

    private TahoeConfiguration(Path file, Map<String, Map<String, String>> sections) {
        this.file = file;
        this.sections = sections;
    }

    public static TahoeConfiguration read(Path file) throws IOException {
        return of(file, lines(file));
    }

    /// What `lines` say, which are or will be those of `file`.
    public static TahoeConfiguration of(Path file, List<String> lines) throws IOException {
        Map<String, Map<String, String>> sections = new LinkedHashMap<>();
        Map<String, String> section = null;
        String key = null;
        int number = 0;
        for (String line : lines) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#") || text.startsWith(";")) {
                continue;
            }
            if (Character.isWhitespace(line.charAt(0)) && section != null && key != null) {
                section.merge(key, text, (before, more) -> before + "\n" + more);
            } else if (text.startsWith("[") && text.endsWith("]")) {
                section = sections.computeIfAbsent(text.substring(1, text.length() - 1), _ -> new LinkedHashMap<>());
                key = null;
            } else {
                key = addPair(section, text, file, number);
            }
        }
        return new TahoeConfiguration(file, sections);
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new BadConfigurationException(file + " is not UTF-8");
        }
    }

    private static String addPair(@Nullable Map<String, String> section, String text, Path file, int number)
            throws IOException {
        int separator = text.indexOf('=') >= 0 ? text.indexOf('=') : text.indexOf(':');
        if (section == null || separator < 1) {
            throw new BadConfigurationException(file + " line " + number + " is neither [section] nor key = value");
        }
        String key = text.substring(0, separator).strip().toLowerCase(Locale.ROOT);
        section.put(key, text.substring(separator + 1).strip());
        return key;
    }

    /// Keys that Tahoe-LAFS knows and that have no effect here, as `[section] key`.
    ///
    /// @throws BadConfigurationException if there is a key that neither knows; it names the nearest
    public List<String> keysWithoutEffect() throws BadConfigurationException {
        List<String> withoutEffect = new ArrayList<>();
        for (var section : sections.entrySet()) {
            for (String key : section.getValue().keySet()) {
                String name = "[" + section.getKey() + "] " + key;
                if (KnownKeys.isWithoutEffect(section.getKey(), key)) {
                    withoutEffect.add(name);
                } else if (!KnownKeys.isHonoured(section.getKey(), key)) {
                    throw new BadConfigurationException(file + " " + name + " is not a key that anybody knows"
                            + KnownKeys.nearest(section.getKey(), key)
                                    .map(nearest -> "; the nearest is " + nearest)
                                    .orElse(""));
                }
            }
        }
        return withoutEffect;
    }

    /// The value of a key that stands there and is not empty.
    public Optional<String> get(String section, String key) {
        return Optional.ofNullable(sections.getOrDefault(section, Map.of()).get(key))
                .filter(value -> !value.isEmpty());
    }

    public boolean isOn(String section, String key) throws IOException {
        String value = get(section, key).orElse("false").toLowerCase(Locale.ROOT);
        return switch (value) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw bad(section, key, "is neither true nor false");
        };
    }

    /// A whole number from `least` to `most`, or `otherwise` where the key is not there.
    public int number(String section, String key, int least, int most, int otherwise) throws IOException {
        String text = get(section, key).orElse(Integer.toString(otherwise));
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
            throw bad(section, key, "is not a whole number from " + least + " to " + most);
        }
        return Integer.parseInt(text);
    }

    /// A number of bytes: `5000`, `10MB` (decimal), `1GiB` (binary), `1G` (decimal); 0 where the key is not there.
    public long bytes(String section, String key) throws IOException {
        Matcher size = SIZE.matcher(get(section, key).orElse("0").toUpperCase(Locale.ROOT));
        if (!size.matches()) {
            throw bad(section, key, "is not a size such as 10G, 500MB or 1GiB");
        }
        int power = "KMGTPE".indexOf(size.group(2)) + (size.group(2).isEmpty() ? 0 : 1);
        BigInteger base = BigInteger.valueOf("IB".equals(size.group(3)) ? 1024 : 1000);
        BigInteger bytes = new BigInteger(size.group(1)).multiply(base.pow(power));
        if (bytes.bitLength() >= Long.SIZE) {
            throw bad(section, key, "is more than can be counted");
        }
        return bytes.longValueExact();
    }

    /// Where to listen: `8098`, `tcp:8098`, `tcp:8098:interface=127.0.0.1`; without an interface on all.
    public InetSocketAddress listenAddress(String section, String key, String otherwise) throws IOException {
        if (sections.getOrDefault(section, Map.of())
                .getOrDefault(key, otherwise)
                .isEmpty()) {
            throw bad(section, key, "is empty: give an endpoint such as " + otherwise + ", or leave the line out");
        }
        String text = get(section, key).orElse(otherwise);
        Matcher endpoint = ENDPOINT.matcher(text);
        if (!endpoint.matches() || Integer.parseInt(endpoint.group(1)) > 65535) {
            throw bad(section, key, "is not an endpoint such as tcp:8098 or tcp:8098:interface=127.0.0.1");
        }
        int port = Integer.parseInt(endpoint.group(1));
        if (endpoint.group(2) == null) {
            return new InetSocketAddress(port);
        }
        var address = new InetSocketAddress(endpoint.group(2).replace("\\:", ":"), port);
        if (address.isUnresolved()) {
            throw bad(
                    section,
                    key,
                    "cannot be listened at: " + address.getHostString() + " names no address of this machine");
        }
        return address;
    }

    /// An exception that says what is wrong with the value of a key.
    public BadConfigurationException bad(String section, String key, String problem) {
        return new BadConfigurationException(file + " [" + section + "] " + key + " = "
                + get(section, key).map(value -> value + " ").orElse("") + problem);
    }
}
