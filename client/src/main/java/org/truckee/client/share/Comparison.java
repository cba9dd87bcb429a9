package org.truckee.client.share;

import java.io.IOException;
import java.util.Arrays;
import org.truckee.client.share.CorruptShareException.Section;
import org.truckee.protocol.storage.ByteRange;

/// Compares a share at hand, front to back, with what it must be, and reports every run of bytes that differ.
public final class Comparison {
    private final HeldShare share;
    private final DamageReport report;
    private long at;

    public Comparison(HeldShare share, DamageReport report) {
        this.share = share;
        this.report = report;
    }

    /// The next bytes must be these, which belong to `section`.
    public void expect(Section section, byte[] expected) throws IOException {
        byte[] there = share.source().read(at, expected.length);
        int begin = Arrays.mismatch(there, expected);
        if (begin >= 0) {
            int end = Math.max(there.length, expected.length);
            while (end > begin + 1 && end <= there.length && there[end - 1] == expected[end - 1]) {
                end--;
            }
            report.add(share, section, new ByteRange(at + begin, at + end), "it is not what the file's contents give");
        }
        at += expected.length;
    }

    /// Nothing is said about the next bytes.
    public void skip(long bytes) {
        at += bytes;
    }

    /// The share must end here.
    public void expectEnd() throws IOException {
        int more = share.source().read(at, 1 << 16).length;
        if (more > 0) {
            report.add(share, Section.END, new ByteRange(at, at + more), "bytes follow the share's end");
        }
    }
}
