package org.truckee.client.immutable;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.truckee.client.cap.ChkVerifyCap;
import org.truckee.crypto.Hash;
import org.truckee.crypto.IncompleteMerkleTree;
import org.truckee.crypto.IncompleteMerkleTree.Addition;

/// What has been proven about one file so far, whichever share it came from: everything here leads to the hash in the
/// capability. Safe for use by several threads at once.
final class ProvenHashes {
    private final ChkVerifyCap cap;
    private @Nullable UriExtension uriExtension;
    private @Nullable IncompleteMerkleTree shareTree;
    private @Nullable IncompleteMerkleTree ciphertextTree;

    ProvenHashes(ChkVerifyCap cap) {
        this.cap = cap;
    }

    ChkVerifyCap cap() {
        return cap;
    }

    synchronized Optional<UriExtension> uriExtension() {
        return Optional.ofNullable(uriExtension);
    }

    /// Takes a URI extension; says whether it is this file's.
    synchronized boolean addUriExtension(byte[] block) {
        if (!UriExtension.hash(block).equals(cap.uriExtensionHash())) {
            return false;
        }
        if (uriExtension != null) {
            return true; // the same block again, from another share: what was proven stays
        }
        Optional<UriExtension> parsed = UriExtension.parse(block, cap.encoding(), cap.size());
        parsed.ifPresent(extension -> {
            uriExtension = extension;
            shareTree = new IncompleteMerkleTree(
                    cap.encoding().total(), extension.shareRootHash().toBytes());
            ciphertextTree = new IncompleteMerkleTree(
                    extension.segmentation().segments(),
                    extension.ciphertextRootHash().toBytes());
        });
        return parsed.isPresent();
    }

    synchronized Addition addShareHashes(Map<Integer, byte[]> hashes) {
        return required(shareTree).add(hashes);
    }

    /// The root of a share's block hash tree.
    synchronized Optional<byte[]> blockRoot(int share) {
        return required(shareTree).leaf(share);
    }

    synchronized Addition addCiphertextHashes(Map<Integer, byte[]> hashes) {
        return required(ciphertextTree).add(hashes);
    }

    /// The nodes of the ciphertext tree still needed to check a segment; none once its hash is proven.
    synchronized List<Integer> neededCiphertextHashes(int segment) {
        return required(ciphertextTree).needed(segment);
    }

    synchronized Optional<Hash> segmentHash(int segment) {
        return required(ciphertextTree).leaf(segment).map(Hash::new);
    }

    private static IncompleteMerkleTree required(@Nullable IncompleteMerkleTree tree) {
        if (tree == null) {
            throw new IllegalStateException("the URI extension comes first");
        }
        return tree;
    }
}
