package org.truckee.client.cap;

import java.util.Optional;
import org.truckee.crypto.Base32;
import org.truckee.crypto.Hash;
import org.truckee.crypto.MutableReadKey;
import org.truckee.crypto.ReadKey;
import org.truckee.crypto.StorageIndex;
import org.truckee.crypto.WriteKey;

/// Reads capability texts.
///
/// ```
/// URI:LIT:               data
/// URI:CHK:               key ":" hash ":" required ":" total ":" size
/// URI:CHK-Verifier:      index ":" hash ":" required ":" total ":" size
/// URI:SSK:  URI:MDMF:    key ":" hash              MDMF tolerates ":" and anything after it
/// ...-RO:  ...-Verifier: key or index ":" hash
/// URI:DIR2...            the same for directories, except a verifier of a literal
/// ```
///
/// A key or index is 16 bytes and a hash 32 bytes in base32; numbers may have leading zeros.
/// (Tahoe-LAFS `docs/specifications/uri.rst`.)
final class CapParser {
    /// A pebibyte. Hash trees of larger files do not fit into any memory.
    private static final long MAX_SIZE = 1L << 50;

    private CapParser() {}

    static Cap parse(String text) throws MalformedCapException {
        String bare = withoutPrefix(text);
        Optional<String> inner = DirectoryCap.unwrap(bare);
        if (inner.isPresent()) {
            Optional<FileCap> file = parseFile(inner.get());
            return file.isPresent() ? new DirectoryCap(file.get()) : new UnknownCap(text);
        }
        Optional<FileCap> file = parseFile(bare);
        return file.isPresent() ? file.get() : new UnknownCap(text);
    }

    /// Without one `ro.` or `imm.`, by which directories say what they expect of a child.
    static String withoutPrefix(String text) {
        if (text.startsWith("ro.")) {
            return text.substring("ro.".length());
        }
        return text.startsWith("imm.") ? text.substring("imm.".length()) : text;
    }

    private static Optional<FileCap> parseFile(String text) throws MalformedCapException {
        if (text.startsWith(LiteralCap.PREFIX)) {
            return Optional.of(literal(text.substring(LiteralCap.PREFIX.length())));
        }
        if (text.startsWith(ChkReadCap.PREFIX)) {
            var parts = new Parts("CHK", text.substring(ChkReadCap.PREFIX.length()), 5);
            var key = new ReadKey(parts.bytes(0, "key", ReadKey.BYTES));
            return Optional.of(new ChkReadCap(key, parts.hash(1), parts.encoding(2), parts.size(4)));
        }
        if (text.startsWith(ChkVerifyCap.PREFIX)) {
            var parts = new Parts("CHK-Verifier", text.substring(ChkVerifyCap.PREFIX.length()), 5);
            var index = new StorageIndex(parts.bytes(0, "storage index", StorageIndex.BYTES));
            return Optional.of(new ChkVerifyCap(index, parts.hash(1), parts.encoding(2), parts.size(4)));
        }
        for (MutableFormat format : MutableFormat.values()) {
            Optional<FileCap> mutable = parseMutable(format, text);
            if (mutable.isPresent()) {
                return mutable;
            }
        }
        return Optional.empty();
    }

    private static LiteralCap literal(String data) throws MalformedCapException {
        return new LiteralCap(Base32.decode(data)
                .orElseThrow(() -> new MalformedCapException("LIT", "its data is not lower-case base32")));
    }

    private static Optional<FileCap> parseMutable(MutableFormat format, String text) throws MalformedCapException {
        if (text.startsWith(format.writePrefix())) {
            var parts = mutableParts(format, format.writePrefix(), text);
            var key = new WriteKey(parts.bytes(0, "write key", WriteKey.BYTES));
            return Optional.of(new MutableWriteCap(format, key, parts.hash(1)));
        }
        if (text.startsWith(format.readPrefix())) {
            var parts = mutableParts(format, format.readPrefix(), text);
            var key = new MutableReadKey(parts.bytes(0, "read key", MutableReadKey.BYTES));
            return Optional.of(new MutableReadCap(format, key, parts.hash(1)));
        }
        if (text.startsWith(format.verifyPrefix())) {
            var parts = mutableParts(format, format.verifyPrefix(), text);
            var index = new StorageIndex(parts.bytes(0, "storage index", StorageIndex.BYTES));
            return Optional.of(new MutableVerifyCap(format, index, parts.hash(1)));
        }
        return Optional.empty();
    }

    private static Parts mutableParts(MutableFormat format, String prefix, String text) throws MalformedCapException {
        String kind = prefix.substring("URI:".length(), prefix.length() - 1);
        String rest = text.substring(prefix.length());
        if (format == MutableFormat.MDMF) {
            // old MDMF capabilities carry hints after the fingerprint, which nobody uses
            String[] fields = rest.split(":", 3);
            rest = fields.length == 3 ? fields[0] + ":" + fields[1] : rest;
        }
        return new Parts(kind, rest, 2);
    }

    /// The fields behind a prefix.
    private static final class Parts {
        private final String kind;
        private final String[] fields;

        Parts(String kind, String rest, int count) throws MalformedCapException {
            this.kind = kind;
            this.fields = rest.split(":", -1);
            if (fields.length != count) {
                throw new MalformedCapException(kind, "it needs " + count + " fields, got " + fields.length);
            }
        }

        byte[] bytes(int field, String name, int length) throws MalformedCapException {
            return Base32.decode(fields[field], length)
                    .orElseThrow(() -> new MalformedCapException(
                            kind, "its " + name + " is not " + length + " bytes in lower-case base32"));
        }

        Hash hash(int field) throws MalformedCapException {
            return new Hash(bytes(field, fields.length == 2 ? "fingerprint" : "URI extension hash", Hash.BYTES));
        }

        long number(int field, String name) throws MalformedCapException {
            if (!fields[field].matches("[0-9]{1,18}")) {
                throw new MalformedCapException(kind, "its " + name + " is not a number below 10^18");
            }
            return Long.parseLong(fields[field]);
        }

        /// Of a file that can be cut into shares.
        long size(int field) throws MalformedCapException {
            long size = number(field, "size");
            if (size < 1 || size > MAX_SIZE) {
                throw new MalformedCapException(kind, "its size is not from 1 to " + MAX_SIZE + " bytes");
            }
            return size;
        }

        Encoding encoding(int first) throws MalformedCapException {
            long required = number(first, "required");
            long total = number(first + 1, "total");
            if (!Encoding.isPossible(required, total)) {
                throw new MalformedCapException(kind, "it needs 1 <= required <= total <= 256");
            }
            return new Encoding((int) required, (int) total);
        }
    }
}
