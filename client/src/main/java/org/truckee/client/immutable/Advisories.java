package org.truckee.client.immutable;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.truckee.client.share.CorruptShareException;
import org.truckee.crypto.StorageIndex;
import org.truckee.protocol.storage.ShareKind;

/// Tells the operators of servers what is wrong with their shares of one file, each thing once and without making the
/// reader wait. Safe for use by several threads at once.
final class Advisories {
    private static final Logger LOG = LoggerFactory.getLogger(Advisories.class);

    private final StorageIndex storageIndex;
    private final ExecutorService threads;

    /// Guarded by itself.
    private final Set<String> told = new HashSet<>();

    Advisories(StorageIndex storageIndex, ExecutorService threads) {
        this.storageIndex = storageIndex;
        this.threads = threads;
    }

    /// A share could not be read.
    void tell(FoundShare share, IOException failure) {
        LOG.atWarn()
                .addKeyValue("storageIndex", storageIndex)
                .addKeyValue("share", share.share())
                .addKeyValue("server", share.server())
                .addKeyValue("reason", failure.getMessage())
                .log("a share could not be read");
        if (failure instanceof CorruptShareException) {
            advise(share, String.valueOf(failure.getMessage()));
        }
    }

    private void advise(FoundShare share, String reason) {
        synchronized (told) {
            if (!told.add(share + reason)) {
                return;
            }
        }
        try {
            threads.execute(() -> {
                try {
                    share.server().storage().adviseCorrupt(ShareKind.IMMUTABLE, storageIndex, share.share(), reason);
                } catch (IOException unheard) {
                    // the operator of that server does not learn of it; the reader is not harmed
                }
            });
        } catch (RejectedExecutionException e) {
            // the file is closed: whoever reads it next will tell
        }
    }
}
