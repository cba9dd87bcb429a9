package org.truckee.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/// Every purpose a hash is taken for. A tag goes in front of what is hashed, so that a hash made for one purpose can
/// never be passed off as one made for another:
///
/// ```
/// hash(v)    = SHA-256d( netstring(tag) v )
/// pair(a, b) = SHA-256d( netstring(tag) netstring(a) netstring(b) )
/// ```
///
/// Shorter results are the first bytes of these. The texts are Tahoe-LAFS's, character for character.
public enum Tag {
    CHK_KEY_TO_STORAGE_INDEX("allmydata_immutable_key_to_storage_index_v1"),
    CHK_CONTENT_TO_KEY("allmydata_immutable_content_to_key_with_added_secret_v1+"),
    BLOCK("allmydata_encoded_subshare_v1"),
    CIPHERTEXT("allmydata_crypttext_v1"),
    CIPHERTEXT_SEGMENT("allmydata_crypttext_segment_v1"),
    URI_EXTENSION("allmydata_uri_extension_v1"),

    MERKLE_EMPTY_LEAF("Merkle tree empty leaf"),
    MERKLE_NODE("Merkle tree internal node"),

    CLIENT_RENEWAL("allmydata_client_renewal_secret_v1"),
    CLIENT_CANCEL("allmydata_client_cancel_secret_v1"),
    FILE_RENEWAL("allmydata_file_renewal_secret_v1"),
    FILE_CANCEL("allmydata_file_cancel_secret_v1"),
    BUCKET_RENEWAL("allmydata_bucket_renewal_secret_v1"),
    BUCKET_CANCEL("allmydata_bucket_cancel_secret_v1"),

    MUTABLE_PRIVATE_KEY_TO_WRITE_KEY("allmydata_mutable_privkey_to_writekey_v1"),
    MUTABLE_WRITE_KEY_TO_READ_KEY("allmydata_mutable_writekey_to_readkey_v1"),
    MUTABLE_READ_KEY_TO_STORAGE_INDEX("allmydata_mutable_readkey_to_storage_index_v1"),
    MUTABLE_READ_KEY_TO_DATA_KEY("allmydata_mutable_readkey_to_datakey_v1"),
    MUTABLE_PUBLIC_KEY_TO_FINGERPRINT("allmydata_mutable_pubkey_to_fingerprint_v1"),
    MUTABLE_WRITE_KEY_TO_WRITE_ENABLER_MASTER("allmydata_mutable_writekey_to_write_enabler_master_v1"),
    MUTABLE_WRITE_ENABLER("allmydata_mutable_write_enabler_master_and_nodeid_to_write_enabler_v1"),
    MUTABLE_CONTAINER_HEADER("allmydata_mutable_container_header"),

    DIRECTORY_WRITE_CAP_TO_SALT("allmydata_dirnode_child_rwcap_to_salt_v1"),
    DIRECTORY_CHILD_KEY("allmydata_mutable_writekey_and_salt_to_dirnode_child_capkey_v1"),

    /// Ours, not Tahoe's: tells what a name in a directory stands for, without its capabilities.
    LINK_IDENTITY("truckee_link_identity_v1"),

    /// Ours, not Tahoe's: the names that clashing entries of a directory are shown under.
    DIRECTORY_CONFLICT("truckee_directory_conflict_v1"),

    /// Ours, not Tahoe's: binds an entry's dot to its directory, name and capabilities.
    DIRECTORY_MARK("truckee_directory_mark_v1"),

    /// Ours, not Tahoe's: the dot of an entry that another client added.
    DIRECTORY_DOT("truckee_directory_dot_v1"),

    /// Ours, not Tahoe's: what an upload in progress is known by on a server.
    UPLOAD_SECRET("truckee_upload_secret_v1");

    private final byte[] text;
    private final byte[] netstring;

    Tag(String text) {
        this.text = text.getBytes(US_ASCII);
        this.netstring = Netstring.encode(this.text);
    }

    /// `hash(value)`, 32 bytes.
    public byte[] hash(byte[] value) {
        return hasher().update(value).digest();
    }

    /// The first `length` bytes of `hash(value)`.
    public byte[] hash(byte[] value, int length) {
        return Arrays.copyOf(hash(value), length);
    }

    /// `pair(a, b)`, 32 bytes.
    public byte[] pair(byte[] a, byte[] b) {
        return hasher().update(Netstring.encode(a)).update(Netstring.encode(b)).digest();
    }

    /// The first `length` bytes of `pair(a, b)`.
    public byte[] pair(byte[] a, byte[] b, int length) {
        return Arrays.copyOf(pair(a, b), length);
    }

    /// What stands in front of the value, a netstring; for those who hash many values at once.
    public byte[] prefix() {
        return netstring.clone();
    }

    /// `hash` of a value that arrives in pieces.
    public TaggedHasher hasher() {
        return new TaggedHasher(netstring);
    }

    /// A hasher whose tag is this one followed by `suffix`.
    TaggedHasher hasherWith(byte[] suffix) {
        byte[] tag = Arrays.copyOf(text, text.length + suffix.length);
        System.arraycopy(suffix, 0, tag, text.length, suffix.length);
        return new TaggedHasher(Netstring.encode(tag));
    }

    /// Tahoe takes the lease secret for the tag and this tag's text for the value: kept, because servers compare.
    byte[] hashWithSwappedRoles(Secret secret) {
        return new TaggedHasher(Netstring.encode(secret.bytes)).update(text).digest();
    }
}
