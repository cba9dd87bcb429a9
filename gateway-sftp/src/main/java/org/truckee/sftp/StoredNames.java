package org.truckee.sftp;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.truckee.client.cap.ReadCap;
import org.truckee.client.directory.Child;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.directory.LinkIdentity;
import org.truckee.client.files.ChangedMeanwhileException;
import org.truckee.client.files.GridFiles;
import org.truckee.client.files.GridPath;
import org.truckee.client.files.LinkRule;

/// The names that a file gets when its contents are on the grid.
///
/// @param written when the contents were
record StoredNames(GridFiles files, NameSet names, Instant written) {
    /// Attempts while others use the names.
    private static final int ATTEMPTS = 5;

    private static final DateTimeFormatter IN_NAMES =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /// Gives the stored contents their names; gives one of those that it got.
    GridPath link(ReadCap cap, FileMetadata metadata, TreeFile.Manner manner) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Map<GridPath, LinkRule> rules = switch (manner) {
                case AT_ONCE -> attempt == 1 ? expected() : anything();
                case LATE -> whatIsFree(Child.of(cap).identity());
            };
            try {
                files.link(cap, metadata, rules, names.gone());
                return rules.keySet().iterator().next();
            } catch (ChangedMeanwhileException | NoSuchFileException | FileAlreadyExistsException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /// What was there when the names were given.
    private Map<GridPath, LinkRule> expected() {
        Map<GridPath, LinkRule> rules = new HashMap<>();
        names.names()
                .forEach((path, seen) ->
                        rules.put(path, seen.isPresent() ? new LinkRule.IfStill(seen.get()) : LinkRule.REPLACE));
        return rules;
    }

    private Map<GridPath, LinkRule> anything() {
        Map<GridPath, LinkRule> rules = new HashMap<>();
        names.names().keySet().forEach(path -> rules.put(path, LinkRule.REPLACE));
        return rules;
    }

    /// Each name, or one made from it where somebody else has it now.
    private Map<GridPath, LinkRule> whatIsFree(LinkIdentity own) throws IOException {
        Map<GridPath, LinkRule> rules = new HashMap<>();
        for (var name : names.names().entrySet()) {
            Optional<LinkIdentity> there = onGrid(name.getKey());
            boolean ours = there.isEmpty()
                    || there.equals(name.getValue())
                    || there.get().equals(own);
            GridPath path = ours ? name.getKey() : unsaved(name.getKey(), written);
            rules.put(path, ours && there.isPresent() ? new LinkRule.IfStill(there.get()) : LinkRule.IF_ABSENT);
        }
        return rules;
    }

    private Optional<LinkIdentity> onGrid(GridPath path) throws IOException {
        try {
            return files.stat(path).identity();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /// Where a file goes whose name somebody else has.
    static GridPath unsaved(GridPath path, Instant written) {
        return path.parent().child(path.name() + ".unsaved-" + IN_NAMES.format(written));
    }
}
