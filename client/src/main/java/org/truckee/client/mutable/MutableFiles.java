package org.truckee.client.mutable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.MutableFormat;
import org.truckee.client.cap.MutableReadCap;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.share.CorruptShareException;
import org.truckee.client.share.NotEnoughSharesException;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.MutableSigningKey;

/// Makes, reads and changes mutable files, by Tahoe-LAFS's rules: one client at a time may change a file, and one
/// that finds another's change in its way tries again with what is there then. Safe for use by any number of threads.
public final class MutableFiles {
    private static final Logger LOG = LoggerFactory.getLogger(MutableFiles.class);
    private static final int ATTEMPTS = 8;
    private static final int FIRST_PAUSE_MILLIS = 20;

    private final KnownServers servers;
    private final LeaseSecret leaseSecret;
    private final int happy;
    private final KeyPool keys;
    private final SecureRandom random;

    /// A version is stored when at least `happy` servers, or as many as it has shares, hold one of their own.
    public MutableFiles(KnownServers servers, LeaseSecret leaseSecret, int happy, KeyPool keys, SecureRandom random) {
        this.servers = servers;
        this.leaseSecret = leaseSecret;
        this.happy = happy;
        this.keys = keys;
        this.random = random;
    }

    /// Turns old contents into new ones; may be called more than once.
    @FunctionalInterface
    public interface Change {
        byte[] apply(byte[] contents) throws IOException;
    }

    /// Keys for files that are to be made.
    public KeyPool keys() {
        return keys;
    }

    /// The slots of a file, for who decides alone what is to be where.
    public MutableSlots slots(MutableReadCap cap) {
        return new MutableSlots(cap, leaseSecret, random);
    }

    /// Makes a file with a new key.
    public MutableWriteCap create(byte[] contents, MutableFormat format, Encoding encoding) throws IOException {
        MutableSigningKey key = keys.take();
        var cap = MutableWriteCap.of(format, key);
        var nothing = new Servermap(cap.readOnly(), List.of(), List.of(), 0);
        publication(cap, nothing).publish(encode(cap, key, encoding, contents, 1));
        return cap;
    }

    /// The newest contents that can be had.
    public byte[] read(MutableReadCap cap) throws IOException {
        return seen(cap).contents();
    }

    /// How many bytes the newest version has.
    public long size(MutableReadCap cap) throws IOException {
        return best(Servermap.read(cap, servers.connected()))
                .getFirst()
                .header()
                .fileBytes();
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
                if (attempt == ATTEMPTS || map.best().isEmpty()) {
                    throw e;
                }
                pause(attempt);
            }
        }
    }

    /// Applies a change to the newest contents, anew if somebody else was faster. If what is there then is our own
    /// version, which too few servers took, that is published again and the change not made twice.
    public void modify(MutableWriteCap cap, Change change) throws IOException {
        Optional<MutableHeader> tried = Optional.empty();
        for (int attempt = 1; ; attempt++) {
            Seen seen = seen(cap.readOnly());
            List<MutableShareReader> best = best(seen.map());
            boolean ours = tried.equals(Optional.of(best.getFirst().header()));
            byte[] contents = ours ? seen.contents() : change.apply(seen.contents());
            Encoding encoding = best.getFirst().header().encoding();
            MutableVersion version = encode(
                    cap, signingKey(cap, best), encoding, contents, seen.map().highestSequenceNumber() + 1);
            tried = Optional.of(version.header());
            try {
                publication(cap, seen.map()).publish(version);
                return;
            } catch (UncoordinatedWriteException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                pause(attempt);
            }
        }
    }

    private MutableVersion encode(
            MutableWriteCap cap, MutableSigningKey key, Encoding encoding, byte[] contents, long sequenceNumber) {
        return new MutableEncoder(key, cap.format(), encoding)
                .encode(contents, sequenceNumber, () -> Salt.random(random));
    }

    private Publication publication(MutableWriteCap cap, Servermap map) {
        return new Publication(cap, map, servers, leaseSecret, happy);
    }

    /// Random, so that writers that refused each other do not meet again.
    private void pause(int attempt) throws IOException {
        try {
            Thread.sleep(random.nextInt(FIRST_PAUSE_MILLIS << attempt));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for another writer");
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
}
