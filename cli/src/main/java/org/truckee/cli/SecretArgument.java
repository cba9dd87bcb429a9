package org.truckee.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.truckee.protocol.node.BadConfigurationException;
import picocli.CommandLine;

/// A capability or address on the command line: itself, `-` for standard input, or `@FILE`, because other users of
/// the machine see the arguments of a process.
final class SecretArgument {
    private final String argument;

    SecretArgument(String argument) {
        this.argument = argument;
    }

    /// For the command line parser.
    static final class Converter implements CommandLine.ITypeConverter<SecretArgument> {
        @Override
        public SecretArgument convert(String argument) {
            return new SecretArgument(argument);
        }
    }

    /// The secret text, without the blanks around it.
    String read() throws IOException {
        if (argument.equals("-")) {
            return new String(System.in.readAllBytes(), UTF_8).strip();
        }
        if (argument.startsWith("@")) {
            return text(Path.of(argument.substring(1))).strip();
        }
        return argument.strip();
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new BadConfigurationException(file + " is not text in UTF-8");
        }
    }

    @Override
    public String toString() {
        return "SecretArgument(hidden)";
    }
}
