package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.DataLengthException;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// What is kept of a password, in the text form that other programs use too:
///
/// ```
/// $argon2id$v=19$m=KIBIBYTES,t=PASSES,p=LANES$SALT$HASH     salt and hash in base64 without padding (RFC 9106)
/// $2b$COST$SALT-AND-HASH                                    bcrypt; $2a$ and $2y$ are the same
/// ```
sealed interface PasswordHash {
    /// Whether it was made of this password. Takes a good part of a second and a lot of memory on purpose.
    boolean matches(String password);

    /// The text that goes into a file.
    String text();

    /// A hash of a password, as new ones are made.
    static PasswordHash of(String password, SecureRandom random) {
        var salt = new byte[Argon2.SALT_BYTES];
        random.nextBytes(salt);
        return Argon2.hash(password, Argon2.KIBIBYTES, Argon2.PASSES, Argon2.LANES, salt, Argon2.HASH_BYTES);
    }

    /// A key of 32 bytes that only who knows a passphrase can make.
    static byte[] key(String passphrase, byte[] salt) {
        return Argon2.raw(passphrase, Argon2.MAX_KIBIBYTES, Argon2.KEY_PASSES, Argon2.LANES, salt, Argon2.HASH_BYTES);
    }

    /// Whether a text claims to be a hash.
    static boolean isMeant(String text) {
        return text.startsWith("$argon2") || text.matches("\\$2[abxy]?\\$.*");
    }

    /// Nothing where the text is not a hash that can be checked at a bearable cost.
    static Optional<PasswordHash> parse(String text) {
        return text.startsWith("$argon2id$") ? Argon2.parsed(text) : Bcrypt.parsed(text);
    }

    /// Argon2id, version 19.
    record Argon2(int kibibytes, int passes, int lanes, String salt, String hash) implements PasswordHash {
        /// 19 MiB, two passes, one lane: what OWASP's password storage cheat sheet asks for at least.
        private static final int KIBIBYTES = 19 << 10;

        private static final int PASSES = 2;
        private static final int LANES = 1;

        /// A key is made seldom.
        private static final int KEY_PASSES = 3;

        private static final int SALT_BYTES = 16;
        private static final int HASH_BYTES = 32;

        /// What one login may cost at most.
        private static final int MAX_KIBIBYTES = 64 << 10;

        private static final int MAX_PASSES = 16;
        private static final int MAX_LANES = 8;

        private static final Pattern FORM = Pattern.compile(
                "\\$argon2id\\$v=19\\$m=([0-9]{1,6}),t=([0-9]{1,3}),p=([0-9]{1,3})\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{16,86})");

        private static Optional<PasswordHash> parsed(String text) {
            Matcher parts = FORM.matcher(text);
            if (!parts.matches()) {
                return Optional.empty();
            }
            int kibibytes = Integer.parseInt(parts.group(1));
            int passes = Integer.parseInt(parts.group(2));
            int lanes = Integer.parseInt(parts.group(3));
            boolean bearable = kibibytes <= MAX_KIBIBYTES && passes <= MAX_PASSES && lanes <= MAX_LANES;
            if (!bearable || passes < 1 || lanes < 1 || kibibytes < 8 * lanes) {
                return Optional.empty();
            }
            var hash = new Argon2(kibibytes, passes, lanes, parts.group(4), parts.group(5));
            return hash.isBase64() ? Optional.of(hash) : Optional.empty();
        }

        private boolean isBase64() {
            try {
                return decoded(salt).length > 0 && decoded(hash).length > 0;
            } catch (IllegalArgumentException notBase64) {
                return false;
            }
        }

        private static byte[] decoded(String base64) {
            return Base64.getDecoder().decode(base64);
        }

        private static Argon2 hash(String password, int kibibytes, int passes, int lanes, byte[] salt, int hashBytes) {
            byte[] hash = raw(password, kibibytes, passes, lanes, salt, hashBytes);
            var base64 = Base64.getEncoder().withoutPadding();
            return new Argon2(kibibytes, passes, lanes, base64.encodeToString(salt), base64.encodeToString(hash));
        }

        private static byte[] raw(String password, int kibibytes, int passes, int lanes, byte[] salt, int hashBytes) {
            var parameters = new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                    .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                    .withMemoryAsKB(kibibytes)
                    .withIterations(passes)
                    .withParallelism(lanes)
                    .withSalt(salt)
                    .build();
            var generator = new Argon2BytesGenerator();
            generator.init(parameters);
            var hash = new byte[hashBytes];
            generator.generateBytes(password.getBytes(UTF_8), hash);
            return hash;
        }

        @Override
        public boolean matches(String password) {
            int hashBytes = decoded(hash).length;
            Argon2 again = hash(password, kibibytes, passes, lanes, decoded(salt), hashBytes);
            return MessageDigest.isEqual(hash.getBytes(UTF_8), again.hash.getBytes(UTF_8));
        }

        @Override
        public String text() {
            return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s".formatted(kibibytes, passes, lanes, salt, hash);
        }

        @Override
        public String toString() {
            return "Argon2(hidden)";
        }
    }

    /// Bcrypt, as OpenBSD's and Apache's tools write it.
    record Bcrypt(String text) implements PasswordHash {
        /// 2^12 rounds take a quarter of a second, 2^14 a whole one.
        private static final Pattern FORM = Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-4])\\$[A-Za-z0-9./]{53}");

        private static Optional<PasswordHash> parsed(String text) {
            return FORM.matcher(text).matches() ? Optional.of(new Bcrypt(text)) : Optional.empty();
        }

        @Override
        public boolean matches(String password) {
            try {
                return OpenBSDBCrypt.checkPassword(text, password.getBytes(UTF_8));
            } catch (DataLengthException | IllegalArgumentException tooLongForBcrypt) {
                return false;
            }
        }

        @Override
        public String toString() {
            return "Bcrypt(hidden)";
        }
    }
}
