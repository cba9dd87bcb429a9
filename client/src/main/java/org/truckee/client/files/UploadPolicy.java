package org.truckee.client.files;

import org.truckee.client.cap.Encoding;
import org.truckee.crypto.ConvergenceSecret;

/// How new files are coded, how many servers must hold a share of their own, and among whom equal files are equal.
public record UploadPolicy(Encoding encoding, int happy, ConvergenceSecret convergence) {
    public UploadPolicy {
        if (happy < 1 || happy > encoding.total()) {
            throw new IllegalArgumentException("need 1 <= happy <= " + encoding.total() + ", got " + happy);
        }
    }
}
