package org.truckee.client.grid;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.crypto.Furl;
import org.truckee.crypto.NodeCertificate;
import org.truckee.protocol.helper.HelperClient;
import org.truckee.protocol.http.Relay;
import org.truckee.protocol.introducer.Announcement;
import org.truckee.protocol.introducer.BadAnnouncementException;
import org.truckee.protocol.introducer.ServerId;
import org.truckee.protocol.introducer.SignedAnnouncement;

/// The helpers that a client knows: the one whose address it was given, and those that were announced. Safe for use
/// by any number of threads.
public final class KnownHelpers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KnownHelpers.class);

    /// More than anybody needs; announcements cost nothing.
    private static final int MOST_ANNOUNCED = 8;

    private final HelperMode mode;
    private final boolean expandsAnnounced;
    private final Optional<Furl> given;
    private final Rate up;
    private final Connecting connecting;
    private final List<FollowedIntroducer> introducers = new ArrayList<>();

    /// These are guarded by this object's monitor.
    private final Map<ServerId, Announced> announced = new TreeMap<>();

    private Optional<KnownHelper> configured = Optional.empty();
    private boolean isClosed;

    private record Announced(Announcement announcement, Furl furl, KnownHelper helper) {}

    /// How a helper is tracked.
    private interface Connecting {
        KnownHelper track(String name, boolean isConfigured, Furl furl);
    }

    /// What a client was told of helpers.
    ///
    /// @param mode what they are used for; if nothing is said, expansion where the `furl` of one is given, else
    ///     relay
    /// @param introducers where they are announced
    public record Sources(
            Optional<HelperMode> mode, Optional<Furl> furl, Map<String, ServerSources.Source> introducers) {
        public Sources {
            introducers = Map.copyOf(introducers);
        }
    }

    private KnownHelpers(
            HelperMode mode, boolean expandsAnnounced, Optional<Furl> given, Rate up, Connecting connecting) {
        this.given = given;
        this.up = up;
        this.mode = mode;
        this.expandsAnnounced = expandsAnnounced;
        this.connecting = connecting;
    }

    /// For a client that uses none.
    public static KnownHelpers none() {
        return new KnownHelpers(HelperMode.OFF, false, Optional.empty(), Rate.unlimited(), (_, _, _) -> {
            throw new IllegalStateException("no helper is used here");
        });
    }

    /// Follows the sources until closed; helpers are shown the certificate `own`, and sent ciphertext at the rate
    /// `up`.
    public static KnownHelpers follow(
            EventLoopGroup loops, Sources sources, NodeCertificate own, Rate up, InstantSource clock) {
        HelperMode mode = sources.mode().orElse(sources.furl().isPresent() ? HelperMode.EXPAND : HelperMode.RELAY);
        if (mode == HelperMode.OFF) {
            return none();
        }
        var helpers = new KnownHelpers(
                mode,
                sources.mode().isPresent(),
                sources.furl(),
                up,
                (name, isConfigured, furl) ->
                        KnownHelper.track(name, isConfigured, HelperClient.at(loops, furl, own), clock));
        helpers.configured = sources.furl()
                .map(furl ->
                        helpers.connecting.track(furl.locations().getFirst().toString(), true, furl));
        sources.introducers()
                .forEach((name, source) -> helpers.introducers.add(
                        FollowedIntroducer.follow(loops, name, source, Announcement.HELPER, clock, helpers::take)));
        return helpers;
    }

    private boolean take(SignedAnnouncement signed, Instant at) {
        try {
            Announcement announcement = signed.verify();
            announcement.checkNickname();
            return announcement
                    .helperFurl()
                    .filter(furl -> isConfigured(furl) || take(announcement, furl))
                    .isPresent();
        } catch (BadAnnouncementException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage()).log("a helper's announcement was ignored");
            return false;
        }
    }

    /// Whether that is the one whose address was given, at whichever place it is now.
    private boolean isConfigured(Furl furl) {
        return given.filter(one -> one.tubId().equals(furl.tubId())).isPresent();
    }

    private synchronized boolean take(Announcement announcement, Furl furl) {
        Announced known = announced.get(announcement.server());
        if (isClosed || (known == null && announced.size() >= MOST_ANNOUNCED)) {
            return false;
        }
        if (known != null && !announcement.replaces(known.announcement())) {
            return announcement.says(known.announcement());
        }
        KnownHelper helper;
        if (known != null && known.furl().equals(furl)) {
            helper = known.helper();
        } else {
            Optional.ofNullable(known).map(Announced::helper).ifPresent(KnownHelper::close);
            helper = connecting.track(name(announcement), false, furl);
        }
        announced.put(announcement.server(), new Announced(announcement, furl, helper));
        return true;
    }

    private static String name(Announcement announcement) {
        return announcement.nickname() + " (" + announcement.server().shortName() + ")";
    }

    /// The rate at which ciphertext may be sent.
    public Rate up() {
        return up;
    }

    public HelperMode mode() {
        return mode;
    }

    private synchronized Stream<KnownHelper> helpers() {
        return Stream.concat(configured.stream(), announced.values().stream().map(Announced::helper)).toList().stream();
    }

    /// The one to send ciphertext to.
    public Optional<KnownHelper> forExpansion() {
        return mode != HelperMode.EXPAND
                ? Optional.empty()
                : helpers()
                        .filter(helper -> helper.isConfigured() || expandsAnnounced)
                        .filter(KnownHelper::isUsable)
                        .min(Comparator.comparing(helper -> !helper.isConfigured()));
    }

    /// Ways to a storage server that cannot be reached from here.
    List<Relay> ways(ServerId server) {
        List<Relay> ways = new ArrayList<>();
        helpers().filter(KnownHelper::isConnected).forEach(helper -> {
            try {
                ways.add(helper.client().to(server));
            } catch (IOException e) {
                LOG.atDebug().setCause(e).log("a helper went away");
            }
        });
        return ways;
    }

    /// How they are doing.
    public List<HelperStatus> all() {
        return helpers().map(KnownHelper::status).toList();
    }

    @Override
    public void close() {
        List<KnownHelper> all;
        synchronized (this) {
            isClosed = true;
            all = helpers().toList();
        }
        introducers.forEach(FollowedIntroducer::close);
        all.forEach(KnownHelper::close);
    }
}
