package org.truckee.client.mutable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.cap.Encoding;
import org.truckee.client.cap.MutableFormat;
import org.truckee.client.cap.MutableReadCap;
import org.truckee.client.cap.MutableVerifyCap;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.health.FileHealth;
import org.truckee.client.share.CorruptShareException;
import org.truckee.client.share.NotEnoughSharesException;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.MutableReadKey;
import org.truckee.crypto.MutableSigningKey;

/// Makes, reads and changes mutable files, by Tahoe-LAFS's rules: one client at a time may change a file, and one
/// that finds another's change in its way tries again with what is there then. Safe for use by any number of threads.
public final class MutableFiles {
    /// A mutable file is read and written as a whole, and a share may claim any size.
    private static final int MOST_BYTES = 64 << 20;

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
        var nothing = Servermap.empty(cap.readOnly().toVerifyCap());
        publication(cap, nothing).publish(encode(cap, key, encoding, contents, 1));
        return cap;
    }

    /// The newest contents that can be had.
    public byte[] read(MutableReadCap cap) throws IOException {
        return seen(cap).contents();
    }

    /// How many bytes the newest version has.
    public long size(MutableReadCap cap) throws IOException {
        return best(Servermap.read(cap.toVerifyCap(), servers.connected()))
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
            Servermap map = Servermap.read(cap.toVerifyCap(), servers.connected());
            try {
                return new Seen(map, contents(map, cap.readKey()));
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

    /// Says how a file's shares at `from` are. With `verify` every byte of those of the best version is read.
    public FileHealth check(MutableVerifyCap cap, Collection<GridServer> from, boolean verify) throws IOException {
        return new MutableChecker(looked(cap, from, verify)).health();
    }

    private static Servermap looked(MutableVerifyCap cap, Collection<GridServer> from, boolean verify)
            throws IOException {
        return verify ? MutableChecker.verified(cap, from) : Servermap.read(cap, from);
    }

    /// Makes all shares of the best version be on servers of `onto`, as many as possible of them with one of their
    /// own. With `verify` every byte that is there is looked at before.
    ///
    /// @throws UncoordinatedWriteException if somebody else writes all the time
    public void repair(MutableWriteCap cap, KnownServers onto, boolean verify) throws IOException {
        boolean thorough = verify;
        for (int attempt = 1; ; attempt++) {
            Servermap seen = looked(cap.readOnly().toVerifyCap(), servers.connected(), thorough);
            try {
                MutableVersion version = new MutableRepair(cap, seen).version(() -> Salt.random(random));
                new Publication(cap, seen.on(onto.connected()), onto, leaseSecret, happy).restore(version);
                return;
            } catch (UncoordinatedWriteException | CorruptShareException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                thorough |= e instanceof CorruptShareException;
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

    static List<MutableShareReader> best(Servermap map) throws NotEnoughSharesException {
        return map.best()
                .orElseThrow(() -> new NotEnoughSharesException("no version of the mutable file "
                        + map.cap().storageIndex() + " can be had: "
                        + map.shares().size()
                        + " shares were found on " + map.heard().size() + " servers"));
    }

    static byte[] contents(Servermap map, MutableReadKey readKey) throws IOException {
        List<MutableShareReader> best = best(map);
        MutableHeader header = best.getFirst().header();
        if (header.fileBytes() > MOST_BYTES) {
            throw new IOException("a mutable file of " + header.fileBytes() + " bytes is not read at once: "
                    + MOST_BYTES + " are the most");
        }
        var decoder = new MutableDecoder(header, readKey);
        var contents = ByteBuffer.allocate(Math.toIntExact(header.fileBytes()));
        for (int segment = 0; segment < header.segments(); segment++) {
            contents.put(decoder.decode(segment, blocks(best, segment)));
        }
        return contents.array();
    }

    /// The blocks of a segment from as many shares as it takes; damaged ones are passed over.
    static Map<Integer, byte[]> blocks(List<MutableShareReader> shares, int segment) throws IOException {
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

    static MutableSigningKey signingKey(MutableWriteCap cap, List<MutableShareReader> shares) throws IOException {
        return signingKey(cap, withSigningKey(cap, shares)).orElseThrow();
    }

    /// The first of the shares that carries the right signing key.
    static MutableShareReader withSigningKey(MutableWriteCap cap, List<MutableShareReader> shares) throws IOException {
        for (var share : shares) {
            try {
                if (signingKey(cap, share).isPresent()) {
                    return share;
                }
            } catch (IOException e) {
                LOG.atInfo().addKeyValue("reason", e.getMessage()).log("a share does not give its signing key");
            }
        }
        throw new IOException("no share carries the signing key of " + cap);
    }

    private static Optional<MutableSigningKey> signingKey(MutableWriteCap cap, MutableShareReader share)
            throws IOException {
        byte[] der = cap.writeKey().transformSigningKey(share.encryptedSigningKey());
        return MutableSigningKey.parse(der).filter(key -> key.writeKey().equals(cap.writeKey()));
    }
}
