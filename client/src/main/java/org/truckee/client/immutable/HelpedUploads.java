package org.truckee.client.immutable;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.grid.KnownHelper;
import org.truckee.client.grid.KnownHelpers;
import org.truckee.client.grid.KnownServers;
import org.truckee.client.grid.Together;
import org.truckee.client.grid.Transfer.Kind;
import org.truckee.client.grid.Transfers;
import org.truckee.crypto.LeaseSecret;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.helper.ExpansionRequest;
import org.truckee.protocol.helper.HelperMessages.Opened;
import org.truckee.protocol.storage.ShareKind;

/// Uploads files through a helper where that sends fewer bytes. Safe for use by any number of threads.
final class HelpedUploads {
    private static final Logger LOG = LoggerFactory.getLogger(HelpedUploads.class);

    /// Of smaller files the shares are sent sooner than a helper is asked.
    private static final long LEAST_BYTES = 1 << 20;

    private final KnownHelpers helpers;
    private final KnownServers servers;
    private final LeaseSecret leaseSecret;
    private final SegmentPool memory;
    private final Cores cores;
    private final Transfers transfers;
    private final SecureRandom random;
    private final ReadBack readBack;
    private final HelperPatience patience;

    HelpedUploads(
            KnownHelpers helpers,
            KnownServers servers,
            LeaseSecret leaseSecret,
            SegmentPool memory,
            Cores cores,
            Transfers transfers,
            SecureRandom random,
            ReadBack readBack,
            HelperPatience patience) {
        this.helpers = helpers;
        this.servers = servers;
        this.leaseSecret = leaseSecret;
        this.memory = memory;
        this.cores = cores;
        this.transfers = transfers;
        this.random = random;
        this.readBack = readBack;
        this.patience = patience;
    }

    /// Uploads a file so that at least `happy` servers hold a share of their own; empty if no helper is of use for
    /// it, and none was sent any of it.
    ///
    /// @throws ExpansionFailedException if one was, and it was no use
    Optional<UploadReport> upload(CiphertextSource source, int happy) throws IOException {
        Optional<KnownHelper> helper =
                source.segmentation().size() < LEAST_BYTES ? Optional.empty() : helpers.forExpansion();
        if (helper.isEmpty() || !isWorthwhile(source)) {
            return Optional.empty();
        }
        ExpansionRequest request = request(source, happy);
        Optional<Opened> opened = open(helper.get(), request);
        return opened.isPresent() ? Optional.of(upload(helper.get(), request, opened.get(), source)) : Optional.empty();
    }

    /// Directly, every share that is not there has to be sent, and a helper is sent as much as `required` of them.
    private boolean isWorthwhile(CiphertextSource source) throws IOException {
        StorageIndex storageIndex = source.storageIndex();
        var lists =
                Together.ask(servers.connected(), server -> server.storage().list(ShareKind.IMMUTABLE, storageIndex));
        Set<Integer> there = new HashSet<>();
        lists.heard().values().forEach(there::addAll);
        var encoding = source.segmentation().encoding();
        return encoding.total() - there.size() > encoding.required();
    }

    private ExpansionRequest request(CiphertextSource source, int happy) {
        Segmentation segmentation = source.segmentation();
        return new ExpansionRequest(
                source.storageIndex(),
                segmentation.size(),
                segmentation.encoding().required(),
                happy,
                segmentation.encoding().total(),
                segmentation.segmentBytes(),
                ExpansionRequest.newNonce(random));
    }

    private Optional<Opened> open(KnownHelper helper, ExpansionRequest request) throws IOException {
        try {
            return Optional.of(patience.within(() -> helper.client().open(request)));
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            helper.failed(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private UploadReport upload(KnownHelper helper, ExpansionRequest request, Opened opened, CiphertextSource source)
            throws IOException {
        try (var transfer = transfers.begin(Kind.UPLOAD, source.segmentation().size(), "helper " + helper.name())) {
            var upload = new HelpedUpload(helper, request, source, transfer, helpers.up(), patience, servers, random);
            try (var copy = readBack.copy(source)) {
                UploadReport report = upload.run(
                        opened,
                        new LocalEncoding(source, memory, cores, copy),
                        cap -> new ShareSample(cap, source.segmentation().segments(), leaseSecret, random));
                transfer.succeed();
                helper.succeeded();
                readBack.add(report.cap(), copy);
                return report;
            } catch (IOException e) {
                String why = "helper " + helper.name() + " was of no use: " + e.getMessage();
                transfer.failForAnother(why + "; the file is sent to the storage nodes instead");
                helper.failed(String.valueOf(e.getMessage()));
                LOG.atWarn().addKeyValue("reason", e.getMessage()).log("an upload through a helper failed");
                throw new ExpansionFailedException(why, e);
            }
        }
    }
}
