package org.truckee.protocol.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/// The bytes of one request to a storage server, put together by hand. Starts out with the authorisation for the
/// swissnum `swiss` and with `Accept: application/cbor`.
@SuppressWarnings("ArrayRecordComponent") // never compared
public record StorageRequest(String method, String path, List<String> headers, byte[] body) {
    public StorageRequest {
        headers = List.copyOf(headers);
    }

    /// `path` is what follows `/storage/v1`.
    public static StorageRequest of(String method, String path) {
        String swissnum = Base64.getEncoder().encodeToString("swiss".getBytes(UTF_8));
        return new StorageRequest(method, "/storage/v1" + path, List.of(), new byte[0])
                .with("Authorization", "Tahoe-LAFS " + swissnum)
                .with("Accept", "application/cbor")
                .with("Host", "127.0.0.1");
    }

    public StorageRequest withMethod(String other) {
        return new StorageRequest(other, path, headers, body);
    }

    public StorageRequest withPath(String other) {
        return new StorageRequest(method, other, headers, body);
    }

    public StorageRequest with(String header, String value) {
        var more = new ArrayList<>(headers);
        more.add(header + ": " + value);
        return new StorageRequest(method, path, more, body);
    }

    public StorageRequest without(String header) {
        var fewer = headers.stream()
                .filter(line -> !line.regionMatches(true, 0, header + ":", 0, header.length() + 1))
                .toList();
        return new StorageRequest(method, path, fewer, body);
    }

    /// Adds a secret of `length` equal bytes.
    public StorageRequest secret(String kind, int length, int value) {
        byte[] secret = StorageServerContract.filled(length, value);
        return with("X-Tahoe-Authorization", kind + " " + Base64.getEncoder().encodeToString(secret));
    }

    public StorageRequest lease() {
        return secret("lease-renew-secret", 32, 3).secret("lease-cancel-secret", 32, 4);
    }

    public StorageRequest upload() {
        return secret("upload-secret", 20, 1);
    }

    public StorageRequest enabler() {
        return secret("write-enabler", 32, 5);
    }

    public StorageRequest body(byte[] bytes) {
        return new StorageRequest(method, path, headers, bytes);
    }

    public StorageRequest text(String text) {
        return body(text.getBytes(UTF_8));
    }

    /// A CBOR body in hexadecimal, spaces ignored.
    public StorageRequest cbor(String hex) {
        return body(HexFormat.of().parseHex(hex.replace(" ", ""))).with("Content-Type", "application/cbor");
    }

    public byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        var head = new StringBuilder(method).append(' ').append(path).append(" HTTP/1.1\r\n");
        headers.forEach(line -> head.append(line).append("\r\n"));
        boolean says = headers.stream().anyMatch(line -> line.matches("(?i)(content-length|transfer-encoding):.*"));
        if (!says && (body.length > 0 || !method.equals("GET"))) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        bytes.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }
}
