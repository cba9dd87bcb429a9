package org.truckee.client.check;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.FileCap;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.cap.MutableReadCap;
import org.truckee.client.cap.MutableVerifyCap;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.cap.UnknownCap;
import org.truckee.client.directory.Directories;
import org.truckee.client.grid.GridServer;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.Together;
import org.truckee.client.health.FileHealth;
import org.truckee.client.immutable.ImmutableFiles;
import org.truckee.client.mutable.MutableFiles;
import org.truckee.crypto.LeaseSecret;

/// Looks after files and directories one by one: says how their shares are, renews their leases and repairs them. A
/// verify capability is enough to check, and to repair what is immutable; what is mutable is repaired with its write
/// capability. Safe for use by any number of threads.
public final class Checker {
    private final KnownServers servers;
    private final LeaseSecret leaseSecret;
    private final MutableFiles mutableFiles;
    private final ImmutableFiles immutableFiles;
    private final Directories directories;

    public Checker(
            KnownServers servers,
            LeaseSecret leaseSecret,
            MutableFiles mutableFiles,
            ImmutableFiles immutableFiles,
            Directories directories) {
        this.servers = servers;
        this.leaseSecret = leaseSecret;
        this.mutableFiles = mutableFiles;
        this.immutableFiles = immutableFiles;
        this.directories = directories;
    }

    /// The servers that are asked.
    public KnownServers servers() {
        return servers;
    }

    /// Looks after what a capability stands for; empty if that is in the capability itself.
    ///
    /// @throws IOException if nothing at all can be said
    public Optional<Checked> check(Cap cap, CheckOptions options) throws IOException {
        return switch (cap) {
            case DirectoryCap directory -> directory(directory, options);
            case FileCap file -> file(file, options);
            case UnknownCap _ -> throw new IOException("this is not a capability of a kind that is known here");
        };
    }

    private Optional<Checked> file(FileCap file, CheckOptions options) throws IOException {
        return switch (file) {
            case LiteralCap _ -> Optional.empty();
            case ChkReadCap cap -> Optional.of(immutable(cap.toVerifyCap(), options));
            case ChkVerifyCap cap -> Optional.of(immutable(cap, options));
            case MutableWriteCap cap -> Optional.of(mutable(cap.readOnly().toVerifyCap(), Optional.of(cap), options));
            case MutableReadCap cap -> Optional.of(mutable(cap.toVerifyCap(), Optional.empty(), options));
            case MutableVerifyCap cap -> Optional.of(mutable(cap, Optional.empty(), options));
        };
    }

    private Optional<Checked> directory(DirectoryCap directory, CheckOptions options) throws IOException {
        return switch (directory.file()) {
            case LiteralCap _, ChkReadCap _, ChkVerifyCap _ -> file(directory.file(), options);
            case MutableWriteCap cap ->
                Optional.of(directory(directory, cap.readOnly().toVerifyCap(), Optional.of(cap), options));
            case MutableReadCap cap -> Optional.of(directory(directory, cap.toVerifyCap(), Optional.empty(), options));
            case MutableVerifyCap cap -> Optional.of(directory(directory, cap, Optional.empty(), options));
        };
    }

    /// Looks at shares.
    @FunctionalInterface
    private interface Look {
        FileHealth now() throws IOException;
    }

    /// Repairs what was found.
    @FunctionalInterface
    private interface Repairing {
        void of(FileHealth found) throws IOException;
    }

    /// Looks after a repair of what was found.
    @FunctionalInterface
    private interface LookAgain {
        FileHealth after(FileHealth found) throws IOException;
    }

    private Checked immutable(ChkVerifyCap cap, CheckOptions options) throws IOException {
        KnownServers counted = counted(options);
        return check(
                options,
                counted,
                () -> immutableFiles.check(cap, counted.connected(), options.verify(), List.of()),
                found -> immutableFiles.repair(cap, found.damaged(), counted),
                found -> immutableFiles.check(cap, counted.connected(), false, found.damaged()));
    }

    private Checked mutable(MutableVerifyCap cap, Optional<MutableWriteCap> writeCap, CheckOptions options)
            throws IOException {
        KnownServers counted = counted(options);
        Look look = () -> mutableFiles.check(cap, counted.connected(), options.verify());
        Repairing repair =
                _ -> mutableFiles.repair(writeCap.orElseThrow(Checker::notWritable), counted, options.verify());
        return check(options, counted, look, repair, _ -> look.now());
    }

    private Checked directory(
            DirectoryCap directory, MutableVerifyCap cap, Optional<MutableWriteCap> writeCap, CheckOptions options)
            throws IOException {
        KnownServers counted = counted(options);
        Look look = () -> directories.check(directory, cap, counted, options.verify());
        Repairing repair = _ ->
                directories.repair(directory, writeCap.orElseThrow(Checker::notWritable), counted, options.verify());
        return check(options, counted, look, repair, _ -> look.now());
    }

    private static IOException notWritable() {
        return new IOException("it can only be repaired with its write capability");
    }

    private KnownServers counted(CheckOptions options) {
        return options.without().isEmpty()
                ? servers
                : () -> servers.connected().stream()
                        .filter(server -> !options.without().get().equals(server.id()))
                        .toList();
    }

    private Checked check(
            CheckOptions options, KnownServers counted, Look look, Repairing repairing, LookAgain lookAgain)
            throws IOException {
        FileHealth found = look.now();
        Set<GridServer> notRenewed = options.addLease() ? renew(found) : Set.of();
        boolean repairs =
                !found.isWholeOn(counted.connected().size()) && options.repair().test(found);
        return new Checked(
                found,
                repairs ? repair(found, counted, repairing, lookAgain) : new Checked.Repair.NotTried(),
                notRenewed);
    }

    private static Checked.Repair repair(
            FileHealth found, KnownServers counted, Repairing repairing, LookAgain lookAgain) throws IOException {
        Optional<String> failure = Optional.empty();
        try {
            repairing.of(found);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            failure = Optional.of(String.valueOf(e.getMessage()));
        }
        FileHealth after = lookAgain.after(found);
        boolean whole = after.isHealthy() || after.isWholeOn(counted.connected().size());
        if (failure.isEmpty() && !whole) {
            failure = Optional.of("not all of its shares found a place");
        }
        return failure.<Checked.Repair>map(why -> new Checked.Repair.Failed(after, why))
                .orElse(new Checked.Repair.Done(after));
    }

    /// Gives the servers that have shares and did not answer.
    private Set<GridServer> renew(FileHealth found) throws IOException {
        Set<GridServer> holders = new HashSet<>(found.goodServers());
        found.damaged().forEach(share -> holders.add(share.server()));
        var answers = Together.ask(
                holders,
                server -> server.storage()
                        .renewLease(
                                found.storageIndex(), leaseSecret.leaseSecrets(found.storageIndex(), server.tubId())));
        return answers.failed().keySet();
    }
}
