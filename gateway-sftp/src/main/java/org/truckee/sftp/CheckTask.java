package org.truckee.sftp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.check.CheckOptions;
import org.truckee.client.check.Checked;
import org.truckee.client.check.Met;
import org.truckee.client.check.TreeWalk;
import org.truckee.client.check.WalkCounts;
import org.truckee.client.files.GridPath;
import org.truckee.protocol.introducer.ServerId;

/// A check that somebody wants of a gateway: of one file or directory, or of a whole tree (`deep`).
///
/// @param target a capability, or a path in the gateway's root directory, which begins with `/`
/// @param without id of a server that is not to be relied on, or its eight characters
public record CheckTask(
        boolean deep, String target, boolean verify, boolean repair, boolean addLease, Optional<String> without)
        implements GatewayTask {
    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("deep", deep)
                .put("target", target)
                .put("verify", verify)
                .put("repair", repair)
                .put("addLease", addLease);
        without.ifPresent(server -> json.put("without", server));
        return json;
    }

    static CheckTask of(JsonNode json) {
        return new CheckTask(
                json.path("deep").asBoolean(false),
                json.path("target").asText(""),
                json.path("verify").asBoolean(false),
                json.path("repair").asBoolean(false),
                json.path("addLease").asBoolean(false),
                Optional.ofNullable(json.get("without")).map(JsonNode::asText));
    }

    /// It names a capability: it does not print.
    @Override
    public String toString() {
        return "CheckTask(" + (deep ? "deep" : "single") + ")";
    }

    @Override
    public boolean needsServers() {
        return true;
    }

    @Override
    public void run(Workplace at, Listener listener) throws IOException {
        GatewayGrid grid = at.grid();
        Optional<ServerId> left = without.isPresent() ? Optional.of(known(grid, without.get())) : Optional.empty();
        var options = new CheckOptions(verify, repair ? CheckOptions.ALL : CheckOptions.NONE, addLease, left);
        Cap cap = cap(grid);
        if (deep) {
            if (!(cap instanceof DirectoryCap root)) {
                throw new IOException("it is not a directory: `check` is for single files");
            }
            walk(grid, root, options, listener);
        } else {
            Optional<Checked> checked = grid.grid().checker().check(cap, options);
            listener.said(CheckJson.of(checked, repair));
        }
    }

    private static ServerId known(GatewayGrid grid, String name) throws IOException {
        return named(
                name,
                grid.servers().all().stream().map(one -> one.server().id()).toList());
    }

    /// The server that people mean by an id or its eight characters. One that nobody knows is refused: that nothing
    /// depends on it would say nothing.
    static ServerId named(String name, Collection<ServerId> known) throws IOException {
        return known.stream()
                .filter(id -> id.text().equals(name) || id.shortName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IOException("no node " + Printable.of(name) + " is known"));
    }

    private Cap cap(GatewayGrid grid) throws IOException {
        if (!target.startsWith("/")) {
            return Cap.parse(target);
        }
        DirectoryCap root =
                grid.secrets().root().orElseThrow(() -> new IOException("the gateway has no root directory yet"));
        try {
            return grid.grid().files(root).cap(GridPath.parse(target));
        } catch (FileSystemException e) {
            throw new IOException(target + " is not there", e);
        }
    }

    private void walk(GatewayGrid grid, DirectoryCap root, CheckOptions options, Listener listener) throws IOException {
        var totals = new Totals();
        new TreeWalk(grid.grid().directories(), cap -> grid.grid().checker().check(cap, options), met -> {
                    totals.add(met, relied(grid, options.without()));
                    listener.said(CheckJson.of(met, repair));
                })
                .over(root);
        listener.said(CheckJson.stats(totals.counts, totals.files, totals.depending, without));
    }

    /// How many servers count.
    private static int relied(GatewayGrid grid, Optional<ServerId> left) {
        return (int) grid.servers().connected().stream()
                .filter(server -> !left.equals(Optional.of(server.id())))
                .count();
    }

    /// What the end of a walk says.
    private static final class Totals {
        private WalkCounts counts = WalkCounts.NONE;

        private final Map<FileKind, Long> files = new EnumMap<>(FileKind.class);

        /// What is not as good as it could be on the servers that count.
        private long depending;

        void add(Met met, int servers) {
            counts = counts.with(met);
            kind(met).ifPresent(kind -> files.merge(kind, 1L, Long::sum));
            boolean depends = switch (met) {
                case Met.Looked looked -> !looked.checked().now().isWholeOn(servers);
                case Met.Literal _ -> false;
                case Met.Unreadable _ -> true;
            };
            depending += depends ? 1 : 0;
        }

        private static Optional<FileKind> kind(Met met) {
            return switch (met) {
                case Met.Looked looked -> FileKind.of(looked.cap());
                case Met.Literal literal -> FileKind.of(literal.cap());
                case Met.Unreadable _ -> Optional.empty();
            };
        }
    }
}
