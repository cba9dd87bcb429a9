package org.truckee.sftp;

import java.util.Locale;
import java.util.Optional;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.LiteralCap;
import org.truckee.client.cap.MutableReadCap;
import org.truckee.client.cap.MutableVerifyCap;
import org.truckee.client.cap.MutableWriteCap;
import org.truckee.client.cap.UnknownCap;

/// How files are stored, as Tahoe-LAFS counts them.
enum FileKind {
    IMMUTABLE,
    MUTABLE,
    /// In the directory that names it.
    LITERAL;

    /// Empty for what is no file.
    static Optional<FileKind> of(Cap cap) {
        return switch (cap) {
            case ChkReadCap _, ChkVerifyCap _ -> Optional.of(IMMUTABLE);
            case MutableWriteCap _, MutableReadCap _, MutableVerifyCap _ -> Optional.of(MUTABLE);
            case LiteralCap _ -> Optional.of(LITERAL);
            case DirectoryCap _, UnknownCap _ -> Optional.empty();
        };
    }

    /// The name of their number in what a walk says at its end.
    String counter() {
        return "count-" + name().toLowerCase(Locale.ROOT) + "-files";
    }
}
