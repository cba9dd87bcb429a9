package org.truckee.client.mutable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.MutableFormat;
import org.truckee.client.cap.MutableReadCap;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.ServerSelector;
import org.truckee.client.grid.Together;
import org.truckee.client.share.CorruptShareException;
import org.truckee.client.share.NotEnoughSharesException;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.MutableSigningKey;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.storage.ReadTestWriteAnswer;
import org.truckee.protocol.storage.TestAndWrite;

/// Makes, reads and changes mutable files. Safe for use by any number of threads.
public final class MutableFiles {
    private static final Logger LOG = LoggerFactory.getLogger(MutableFiles.class);
    private static final int ATTEMPTS = 8;
    private static final int FIRST_PAUSE_MILLIS = 20;

    private final KnownServers servers;
    private final LeaseSecret leaseSecret;
    private final SecureRandom random;

    public MutableFiles(KnownServers servers, LeaseSecret leaseSecret, SecureRandom random) {
        this.servers = servers;
        this.leaseSecret = leaseSecret;
        this.random = random;
    }

    /// Turns old contents into new ones; may be called more than once.
    @FunctionalInterface
    public interface Change {
        byte[] apply(byte[] contents) throws IOException;
    }

    /// Makes a file with a new key.
    public MutableWriteCap create(byte[] contents, Encoding encoding) throws IOException {
        var key = MutableSigningKey.generate(random);
        var cap = MutableWriteCap.of(MutableFormat.SDMF, key);
        publish(cap, key, encoding, contents, new Servermap(cap.readOnly(), List.of(), 0));
        return cap;
    }

    /// The newest contents that can be had.
    public byte[] read(MutableReadCap cap) throws IOException {
        return seen(cap).contents();
    }

    /// The newest version and its contents.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Seen(Servermap map, byte[] contents) {}

    /// Looks again when the shares were replaced between the look at their headers and that at their blocks.
    private Seen seen(MutableReadCap cap) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Servermap map = Servermap.read(cap, servers.connected());
            try {
                return new Seen(map, contents(map));
            } catch (CorruptShareException | NotEnoughSharesException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                pause(attempt);
            }
        }
    }

    /// Applies a change to the newest contents, anew if somebody else was faster.
    public void modify(MutableWriteCap cap, Change change) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Seen seen = seen(cap.readOnly());
            Servermap map = seen.map();
            List<MutableShareReader> best = best(map);
            byte[] contents = change.apply(seen.contents());
            try {
                Encoding encoding = best.getFirst().header().encoding();
                publish(cap, signingKey(cap, best), encoding, contents, map);
                return;
            } catch (UncoordinatedWriteException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                pause(attempt);
            }
        }
    }

    private void pause(int attempt) throws IOException {
        try {
            Thread.sleep(random.nextInt(FIRST_PAUSE_MILLIS << attempt));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for another writer", e);
        }
    }

    private static List<MutableShareReader> best(Servermap map) throws NotEnoughSharesException {
        return map.best()
                .orElseThrow(() -> new NotEnoughSharesException("no version of the mutable file "
                        + map.cap().readKey().storageIndex() + " can be had: "
                        + map.shares().size()
                        + " shares were found on " + map.serversHeard() + " servers"));
    }

    private static byte[] contents(Servermap map) throws IOException {
        List<MutableShareReader> best = best(map);
        MutableHeader header = best.getFirst().header();
        var decoder = new MutableDecoder(header, map.cap().readKey());
        var contents = ByteBuffer.allocate(Math.toIntExact(header.fileBytes()));
        for (int segment = 0; segment < header.segments(); segment++) {
            contents.put(decoder.decode(segment, blocks(best, segment)));
        }
        return contents.array();
    }

    /// The blocks of a segment from as many shares as it takes; damaged ones are passed over.
    private static Map<Integer, byte[]> blocks(List<MutableShareReader> shares, int segment) throws IOException {
        int required = shares.getFirst().header().encoding().required();
        Map<Integer, byte[]> blocks = new TreeMap<>();
        IOException last = new NotEnoughSharesException("no share was found");
        for (var share : shares) {
            if (blocks.size() < required) {
                try {
                    blocks.put(share.share(), share.readBlock(segment));
                } catch (IOException e) {
                    last = e;
                }
            }
        }
        if (blocks.size() < required) {
            throw last;
        }
        return blocks;
    }

    private static MutableSigningKey signingKey(MutableWriteCap cap, List<MutableShareReader> shares)
            throws IOException {
        for (var share : shares) {
            try {
                byte[] der = cap.writeKey().transformSigningKey(share.encryptedSigningKey());
                var key = MutableSigningKey.parse(der);
                if (key.isPresent() && key.get().writeKey().equals(cap.writeKey())) {
                    return key.get();
                }
            } catch (IOException e) {
                LOG.atInfo().addKeyValue("reason", e.getMessage()).log("a share does not give its signing key");
            }
        }
        throw new IOException("no share carries the signing key of " + cap);
    }

    /// Replaces every share seen, if it is still as seen, and places those that nobody has. The version is published
    /// when more than half of the shares are.
    private void publish(MutableWriteCap cap, MutableSigningKey key, Encoding encoding, byte[] contents, Servermap map)
            throws IOException {
        MutableVersion version = new MutableEncoder(key, cap.format(), encoding)
                .encode(contents, map.highestSequenceNumber() + 1, () -> Salt.random(random));
        Map<GridServer, Map<Integer, TestAndWrite>> writes = writes(version.shares(), map);
        var answers = Together.ask(
                writes.keySet(), server -> readTestWrite(cap, server, writes.getOrDefault(server, Map.of())));
        Set<Integer> accepted = new HashSet<>();
        answers.heard().forEach((server, answer) -> {
            if (answer instanceof ReadTestWriteAnswer.Tested tested && tested.written()) {
                accepted.addAll(writes.getOrDefault(server, Map.of()).keySet());
            }
        });
        int needed = encoding.total() / 2 + 1;
        if (accepted.size() < needed) {
            throw new UncoordinatedWriteException("only " + accepted.size() + " of " + needed
                    + " shares of the new version were accepted by the " + writes.size() + " servers asked");
        }
    }

    private ReadTestWriteAnswer readTestWrite(MutableWriteCap cap, GridServer server, Map<Integer, TestAndWrite> writes)
            throws IOException {
        StorageIndex storageIndex = cap.readOnly().readKey().storageIndex();
        return server.storage()
                .readTestWrite(
                        storageIndex,
                        cap.writeKey().writeEnabler(server.tubId()),
                        leaseSecret.leaseSecrets(storageIndex, server.tubId()),
                        writes,
                        List.of());
    }

    private Map<GridServer, Map<Integer, TestAndWrite>> writes(List<byte[]> shares, Servermap map) {
        Map<GridServer, Map<Integer, TestAndWrite>> writes = new HashMap<>();
        Set<Integer> homeless =
                IntStream.range(0, shares.size()).boxed().collect(Collectors.toCollection(TreeSet::new));
        for (var seen : map.shares()) {
            int number = seen.share().share();
            if (number < shares.size()) {
                homeless.remove(number);
                var before = Optional.of(seen.share().header());
                writes.computeIfAbsent(seen.server(), _ -> new TreeMap<>())
                        .put(number, write(shares.get(number), before));
            }
        }
        List<GridServer> ring =
                ServerSelector.inOrder(servers.connected(), map.cap().readKey().storageIndex());
        for (int number : homeless) {
            ring.stream()
                    .min(Comparator.comparingInt(
                            server -> writes.getOrDefault(server, Map.of()).size()))
                    .ifPresent(server -> writes.computeIfAbsent(server, _ -> new TreeMap<>())
                            .put(number, write(shares.get(number), Optional.empty())));
        }
        return writes;
    }

    /// Writes a share in place of the one with header `before`, or where there is none.
    private static TestAndWrite write(byte[] share, Optional<MutableHeader> before) {
        var test = before.map(MutableHeader::checkstring)
                .map(old -> new TestAndWrite.Test(0, old.remaining(), old))
                .orElse(new TestAndWrite.Test(0, 1, ByteBuffer.allocate(0)));
        return new TestAndWrite(
                List.of(test),
                List.of(new TestAndWrite.Write(0, ByteBuffer.wrap(share))),
                OptionalLong.of(share.length));
    }
}
