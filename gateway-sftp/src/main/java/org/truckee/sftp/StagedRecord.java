package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.ChkReadCap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.directory.FileMetadata;
import org.truckee.client.directory.LinkIdentity;
import org.truckee.client.files.GridPath;
import org.truckee.protocol.cbor.CborReader;
import org.truckee.protocol.cbor.CborWriter;
import org.truckee.protocol.cbor.Field;
import org.truckee.protocol.cbor.Fields;

/// What lies on the disk beside the pieces of a staged file, so that a gateway finds it again that was killed.
///
/// ```
/// "truckee staged 1\n" (17)   nonce (12)   ciphertext   tag (16)
/// ```
///
/// It is sealed by AES-GCM under the gateway's staging key and bound to the file's id, since it holds the key of the
/// pieces and capabilities. Inside is a CBOR map; an array of at most one value is a value that may be absent, times
/// are ISO 8601:
///
/// ```
/// key      of the pieces (16 bytes)          base     [capability of the file beneath]
/// size     of the file                       shown    bytes of the base that still show
/// sha256   [of the contents, if known]       state    WRITING, CLOSED, INCOMPLETE
/// tree     capability of a directory         names    [[names of the path], [identity on the grid]] ...
/// mode, modified, accessed  [said of it]     gone     the same, of names that go
/// since, written            times
/// ```
///
/// @param base what shows where no piece was written
/// @param shownBytes how much of it
/// @param sha256 of the contents, in hexadecimal
record StagedRecord(
        String id,
        PieceKey key,
        Optional<ChkReadCap> base,
        long shownBytes,
        long size,
        Optional<String> sha256,
        StagedNote note) {
    /// No record is longer.
    static final int MAX_BYTES = 1 << 20;

    private static final byte[] MAGIC = "truckee staged 1\n".getBytes(US_ASCII);
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int SEALED_AT = MAGIC.length + NONCE_BYTES; // 29

    private static final int MAX_NAMES = 1 << 14;
    private static final int MAX_DEPTH = 1 << 10;

    private static final Field<byte[]> KEY = new Field<>("key", CborReader::bytes);
    private static final Field<List<String>> BASE = new Field<>("base", StagedRecord::optional);
    private static final Field<Long> SHOWN = new Field<>("shown", CborReader::unsigned);
    private static final Field<Long> SIZE = new Field<>("size", CborReader::unsigned);
    private static final Field<List<String>> SHA256 = new Field<>("sha256", StagedRecord::optional);
    private static final Field<String> STATE = new Field<>("state", CborReader::text);
    private static final Field<String> TREE = new Field<>("tree", CborReader::text);
    private static final Field<List<Named>> NAMES = new Field<>("names", r -> r.list(MAX_NAMES, Named::read));
    private static final Field<List<Named>> GONE = new Field<>("gone", r -> r.list(MAX_NAMES, Named::read));
    private static final Field<List<Long>> MODE = new Field<>("mode", r -> r.list(1, CborReader::unsigned));
    private static final Field<List<String>> MODIFIED = new Field<>("modified", StagedRecord::optional);
    private static final Field<List<String>> ACCESSED = new Field<>("accessed", StagedRecord::optional);
    private static final Field<String> SINCE = new Field<>("since", CborReader::text);
    private static final Field<String> WRITTEN = new Field<>("written", CborReader::text);
    private static final Field<?>[] FIELDS = {
        KEY, BASE, SHOWN, SIZE, SHA256, STATE, TREE, NAMES, GONE, MODE, MODIFIED, ACCESSED, SINCE, WRITTEN
    };

    /// What is not a record, or not one of this gateway.
    static final class MalformedRecordException extends IOException {
        private static final long serialVersionUID = 1;

        MalformedRecordException(String message) {
            super(message);
        }
    }

    /// A path with what it stands for.
    private record Named(GridPath path, Optional<LinkIdentity> identity) {
        static Named read(CborReader reader) throws IOException {
            List<List<String>> parts = reader.list(2, r -> r.list(MAX_DEPTH, CborReader::text));
            check(parts.size() == 2 && parts.getFirst().stream().allMatch(GridPath::isName), "a path");
            check(parts.getLast().size() <= 1, "an identity");
            return new Named(
                    new GridPath(parts.getFirst()),
                    parts.getLast().stream().findFirst().map(LinkIdentity::new));
        }

        void write(CborWriter writer) {
            writer.array(2).array(path.names().size());
            path.names().forEach(writer::text);
            writer.endArray();
            StagedRecord.write(writer, identity.map(LinkIdentity::text));
            writer.endArray();
        }
    }

    private static List<String> optional(CborReader reader) throws IOException {
        return reader.list(1, CborReader::text);
    }

    private static void write(CborWriter writer, Optional<String> value) {
        writer.array(value.isPresent() ? 1 : 0);
        value.ifPresent(writer::text);
        writer.endArray();
    }

    /// What goes to the disk.
    byte[] seal(SecretKey stagingKey, SecureRandom random) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, stagingKey, nonce, id).doFinal(toBytes());
            return ByteBuffer.allocate(SEALED_AT + sealed.length)
                    .put(MAGIC)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not there", e);
        }
    }

    /// What [#seal] gave for a file of that id.
    static StagedRecord open(String id, byte[] bytes, SecretKey stagingKey) throws MalformedRecordException {
        check(bytes.length <= MAX_BYTES, "at most " + MAX_BYTES + " bytes");
        check(
                bytes.length >= SEALED_AT + TAG_BYTES && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length),
                "the record of a staged file");
        byte[] nonce = Arrays.copyOfRange(bytes, MAGIC.length, SEALED_AT);
        byte[] plain;
        try {
            plain = cipher(Cipher.DECRYPT_MODE, stagingKey, nonce, id)
                    .doFinal(bytes, SEALED_AT, bytes.length - SEALED_AT);
        } catch (GeneralSecurityException e) {
            throw new MalformedRecordException("it is damaged, or private/staging.key is another one than it was");
        }
        return parse(id, plain);
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, String id) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
        cipher.updateAAD(id.getBytes(US_ASCII));
        return cipher;
    }

    byte[] toBytes() {
        var writer = new CborWriter().map(FIELDS.length);
        writer.key(KEY).bytes(key.toBytes());
        write(writer.key(BASE), base.map(Cap::uri));
        writer.key(SHOWN).number(shownBytes).key(SIZE).number(size);
        write(writer.key(SHA256), sha256);
        writer.key(STATE).text(note.state().name());
        writer.key(TREE).text(note.tree().uri());
        writer.key(NAMES).array(note.names().names().size());
        note.names().names().forEach((path, identity) -> new Named(path, identity).write(writer));
        writer.endArray().key(GONE).array(note.names().gone().size());
        note.names().gone().forEach((path, identity) -> new Named(path, Optional.of(identity)).write(writer));
        writer.endArray().key(MODE).array(note.said().mode().isPresent() ? 1 : 0);
        note.said().mode().ifPresent(writer::number);
        writer.endArray();
        write(writer.key(MODIFIED), note.said().modified().map(Instant::toString));
        write(writer.key(ACCESSED), note.said().accessed().map(Instant::toString));
        writer.key(SINCE).text(note.since().toString());
        return writer.key(WRITTEN).text(note.written().toString()).endMap().toBytes();
    }

    /// What [#toBytes] gave.
    static StagedRecord parse(String id, byte[] plain) throws MalformedRecordException {
        try (var reader = new CborReader(plain)) {
            Fields fields = reader.fields(FIELDS);
            reader.end();
            byte[] key = fields.get(KEY);
            check(key.length == PieceKey.BYTES, "a key of " + PieceKey.BYTES + " bytes");
            return new StagedRecord(
                    id,
                    new PieceKey(key),
                    base(fields.get(BASE)),
                    fields.get(SHOWN),
                    fields.get(SIZE),
                    fields.get(SHA256).stream().findFirst(),
                    note(fields));
        } catch (MalformedRecordException e) {
            throw e;
        } catch (IOException | DateTimeException | IllegalArgumentException e) {
            throw new MalformedRecordException("it says nothing that this version understands: " + e.getMessage());
        }
    }

    private static Optional<ChkReadCap> base(List<String> uri) throws IOException {
        if (uri.isEmpty()) {
            return Optional.empty();
        }
        check(Cap.parse(uri.getFirst()) instanceof ChkReadCap, "a file that never changes beneath");
        return Optional.of((ChkReadCap) Cap.parse(uri.getFirst()));
    }

    private static StagedNote note(Fields fields) throws IOException {
        if (!(Cap.parse(fields.get(TREE)) instanceof DirectoryCap tree)) {
            throw new MalformedRecordException("it belongs to something that is not a directory");
        }
        Map<GridPath, Optional<LinkIdentity>> names = new HashMap<>();
        fields.get(NAMES).forEach(named -> names.put(named.path(), named.identity()));
        Map<GridPath, LinkIdentity> gone = new HashMap<>();
        fields.get(GONE).forEach(named -> named.identity().ifPresent(identity -> gone.put(named.path(), identity)));
        OptionalInt mode = fields.get(MODE).stream().mapToInt(Math::toIntExact).findFirst();
        var said = new FileMetadata(mode, time(fields.get(MODIFIED)), time(fields.get(ACCESSED)), Map.of());
        return new StagedNote(
                StagedNote.State.valueOf(fields.get(STATE)),
                tree,
                new NameSet(names, gone),
                said,
                Instant.parse(fields.get(SINCE)),
                Instant.parse(fields.get(WRITTEN)));
    }

    private static Optional<Instant> time(List<String> text) {
        return text.stream().findFirst().map(Instant::parse);
    }

    private static void check(boolean right, String expected) throws MalformedRecordException {
        if (!right) {
            throw new MalformedRecordException("it is not " + expected);
        }
    }

    StagedRecord with(StagedNote other) {
        return new StagedRecord(id, key, base, shownBytes, size, sha256, other);
    }

    /// It holds a key: it does not print.
    @Override
    public String toString() {
        return "StagedRecord(" + id + ")";
    }
}
