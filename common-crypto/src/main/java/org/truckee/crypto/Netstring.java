package org.truckee.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

/// `LENGTH:BYTES,` with the length in ASCII decimal.
public final class Netstring {
    private Netstring() {}

    public static byte[] encode(byte[] bytes) {
        byte[] prefix = (bytes.length + ":").getBytes(US_ASCII);
        var out = new byte[prefix.length + bytes.length + 1];
        System.arraycopy(prefix, 0, out, 0, prefix.length);
        System.arraycopy(bytes, 0, out, prefix.length, bytes.length);
        out[out.length - 1] = ',';
        return out;
    }
}
