package org.truckee.client.directory;

import java.util.Optional;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.MalformedCapException;
import org.truckee.client.cap.ReadCap;
import org.truckee.client.cap.UnknownCap;
import org.truckee.client.cap.VerifyCap;
import org.truckee.client.cap.WriteCap;

/// What a name in a directory stands for: the texts of the write and the read capability, kept letter for letter. Who
/// opened the directory with its read capability never sees a write capability.
public record Child(Optional<String> write, Optional<String> read) {
    /// A child that gives the authority of `cap`, and that of its read-only form to readers of the directory.
    public static Child of(Cap cap) {
        return switch (cap) {
            case WriteCap file ->
                new Child(Optional.of(file.uri()), Optional.of(file.readOnly().uri()));
            case DirectoryCap(WriteCap file) ->
                new Child(Optional.of(cap.uri()), Optional.of(new DirectoryCap(file.readOnly()).uri()));
            case ReadCap _, VerifyCap _, DirectoryCap _ -> new Child(Optional.empty(), Optional.of(cap.uri()));
            case UnknownCap _ -> new Child(Optional.empty(), Optional.of(cap.uri()));
        };
    }

    /// The most authority that the child gives. What cannot be parsed, or claims to be less than it is, is unknown.
    public Cap cap() {
        return write.map(Child::parse).or(() -> read.map(Child::parseReadOnly)).orElse(new UnknownCap(""));
    }

    /// Tells it from other children without telling its capabilities.
    public LinkIdentity identity() {
        return LinkIdentity.of(this);
    }

    private static Cap parse(String text) {
        try {
            return Cap.parse(text);
        } catch (MalformedCapException e) {
            return new UnknownCap(text);
        }
    }

    private static Cap parseReadOnly(String text) {
        Cap cap = parse(text);
        boolean writable = cap instanceof WriteCap || cap instanceof DirectoryCap(WriteCap _);
        return writable ? new UnknownCap(text) : cap;
    }

    @Override
    public String toString() {
        return "Child(" + cap() + ")";
    }
}
