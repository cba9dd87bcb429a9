package org.truckee.crypto;

import java.util.Optional;

/// RFC 4648 base32 in lower case without padding, as in every Tahoe-LAFS text form. Decoding accepts exactly what
/// encoding produces: no upper case, no impossible length, no stray bits in the last character.
public final class Base32 {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

    private Base32() {}

    public static String encode(byte[] bytes) {
        var text = new StringBuilder((bytes.length * 8 + 4) / 5);
        int bits = 0;
        int held = 0;
        for (byte b : bytes) {
            bits = ((bits << 8) | (b & 0xff)) & 0xfff;
            for (held += 8; held >= 5; held -= 5) {
                text.append(ALPHABET.charAt((bits >> (held - 5)) & 31));
            }
        }
        if (held > 0) {
            text.append(ALPHABET.charAt((bits << (5 - held)) & 31));
        }
        return text.toString();
    }

    /// The bytes, or nothing if `text` is not what [#encode] gives for any bytes.
    public static Optional<byte[]> decode(String text) {
        int length = text.length() * 5 / 8;
        if ((length * 8 + 4) / 5 != text.length()) {
            return Optional.empty();
        }
        var bytes = new byte[length];
        int bits = 0;
        int held = 0;
        int at = 0;
        for (int i = 0; i < text.length(); i++) {
            int value = ALPHABET.indexOf(text.charAt(i));
            if (value < 0) {
                return Optional.empty();
            }
            bits = ((bits << 5) | value) & 0xfff;
            held += 5;
            if (held >= 8) {
                held -= 8;
                bytes[at++] = (byte) (bits >> held);
            }
        }
        boolean strayBits = (bits & ((1 << held) - 1)) != 0;
        return strayBits ? Optional.empty() : Optional.of(bytes);
    }

    /// The bytes if there are exactly `length` of them.
    public static Optional<byte[]> decode(String text, int length) {
        return decode(text).filter(bytes -> bytes.length == length);
    }
}
