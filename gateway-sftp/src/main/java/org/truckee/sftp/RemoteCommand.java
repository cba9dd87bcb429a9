package org.truckee.sftp;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.files.FileStatus;
import org.truckee.client.files.GridPath;

/// The few commands that copying tools run beside SFTP: `md5sum`, `sha1sum`, `sha256sum` of files, and `df`. Sums
/// come from the files' metadata, where this gateway left them when the files were written.
sealed interface RemoteCommand {
    /// What it says; an exception's message is what it complains.
    String run(Tree tree) throws IOException;

    /// The command that a client asks for, if it is one of these.
    static Optional<RemoteCommand> parse(String line) {
        return ShellWords.of(line).filter(words -> !words.isEmpty()).flatMap(words -> {
            List<String> arguments = words.subList(1, words.size());
            if (words.getFirst().equals("df")) {
                return Optional.of(new DiskFree(
                        arguments.stream().filter(word -> !word.startsWith("-")).toList()));
            }
            return Arrays.stream(Checksums.Kind.values())
                    .filter(kind -> kind.command().equals(words.getFirst()))
                    .findFirst()
                    .map(kind -> new Sum(kind, withoutEnd(arguments)));
        });
    }

    private static List<String> withoutEnd(List<String> arguments) {
        return arguments.stream()
                .filter(word -> !word.equals("--") && !word.equals("-b"))
                .toList();
    }

    /// Sums of files, a line each; without files, of nothing, which is how tools find out whether there is the
    /// command.
    record Sum(Checksums.Kind kind, List<String> files) implements RemoteCommand {
        private static final int PIECE_BYTES = 256 << 10;

        @Override
        public String run(Tree tree) throws IOException {
            if (files.isEmpty() || files.equals(List.of("-"))) {
                return Checksums.hex(kind.digest()) + "  -\n";
            }
            var lines = new StringBuilder();
            for (String file : files) {
                lines.append(line(tree, file));
            }
            return lines.toString();
        }

        private String line(Tree tree, String file) throws IOException {
            GridPath path = SftpPackets.path(file);
            FileStatus status = tree.stat(path);
            String known = status.checksums().get(kind.key());
            String sum = known == null ? computed(tree, path) : known;
            boolean escape = file.indexOf('\\') >= 0 || file.indexOf('\n') >= 0;
            String shown = file.replace("\\", "\\\\").replace("\n", "\\n");
            return (escape ? "\\" : "") + sum + "  " + shown + "\n";
        }

        /// For files that somebody else wrote.
        private String computed(Tree tree, GridPath path) throws IOException {
            MessageDigest digest = kind.digest();
            TreeFile file = tree.open(path, OpenMode.LOOK, FileMetadata.NONE);
            try {
                var piece = new byte[PIECE_BYTES];
                int read;
                for (long at = 0; (read = file.read(at, piece, 0, piece.length)) > 0; at += read) {
                    digest.update(piece, 0, read);
                }
                return Checksums.hex(digest);
            } finally {
                tree.leave(file);
            }
        }
    }

    /// What can be stored, in KiB, as POSIX wants it.
    record DiskFree(List<String> paths) implements RemoteCommand {
        @Override
        public String run(Tree tree) throws IOException {
            String path = paths.isEmpty() ? "/" : paths.getFirst();
            long free = tree.freeBytes(SftpPackets.path(path)) >> 10;
            return "Filesystem     1024-blocks        Used   Available Capacity Mounted on\n"
                    + String.format(Locale.ROOT, "truckee %18d %11d %11d %7d%% /%n", free, 0, free, 0);
        }
    }
}
