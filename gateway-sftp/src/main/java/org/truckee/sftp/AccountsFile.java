package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.MalformedCapException;
import org.truckee.protocol.node.WholeFile;

/// A file of accounts, a line each, several per user where somebody has several ways to log in:
///
/// ```
/// USER PASSWORD CAPABILITY
/// USER $argon2id$... CAPABILITY          or $2b$...
/// USER KEYTYPE KEY [COMMENT] CAPABILITY  as in a file id_*.pub
/// # a comment
/// ```
record AccountsFile(Path path, List<Line> lines) {
    /// A line and what it means.
    sealed interface Line {
        String text();

        /// A comment or nothing.
        record Remark(String text) implements Line {}

        record Login(String text, Account account) implements Line {
            @Override
            public String toString() {
                return "Login(" + account.user() + ")";
            }
        }

        /// One that means nothing. `problem` holds nothing of the line, which may be a secret.
        record Wrong(String text, String problem) implements Line {
            @Override
            public String toString() {
                return "Wrong(" + problem + ")";
            }
        }
    }

    AccountsFile {
        lines = List.copyOf(lines);
    }

    /// A file that is not there has no lines.
    static AccountsFile read(Path path) throws IOException {
        try {
            return new AccountsFile(
                    path,
                    Files.readAllLines(path).stream().map(AccountsFile::line).toList());
        } catch (NoSuchFileException e) {
            return new AccountsFile(path, List.of());
        } catch (CharacterCodingException e) {
            throw new IOException(path + " is not UTF-8");
        }
    }

    /// In the order of the file.
    List<Account> accounts() {
        return lines.stream()
                .flatMap(line -> line instanceof Line.Login login
                        ? Optional.of(login.account()).stream()
                        : Optional.<Account>empty().stream())
                .toList();
    }

    /// A sentence for each line that means nothing.
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i) instanceof Line.Wrong wrong) {
                problems.add(path + " line " + (i + 1) + ": " + wrong.problem());
            }
        }
        return problems;
    }

    /// A sentence for each password that everybody can read who can read the file.
    List<String> plainPasswords() {
        List<String> warnings = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i) instanceof Line.Login login
                    && login.account().credential() instanceof Credential.PlainPassword) {
                warnings.add(path + " line " + (i + 1) + ": the password of "
                        + login.account().user() + " is readable; `truckee passwd` keeps only a hash of it");
            }
        }
        return warnings;
    }

    /// The same with one more account at the end.
    AccountsFile with(Account account) {
        var longer = new ArrayList<>(lines);
        longer.add(new Line.Login(account.line(), account));
        return new AccountsFile(path, longer);
    }

    /// The same where every password of `user` is this one; nothing if the user has no account.
    Optional<AccountsFile> withPassword(String user, PasswordHash hash) {
        List<Account> own = accounts().stream()
                .filter(account -> account.user().equals(user))
                .toList();
        if (own.isEmpty()) {
            return Optional.empty();
        }
        var credential = new Credential.HashedPassword(hash);
        var changed = new ArrayList<Line>();
        boolean replaced = false;
        for (Line line : lines) {
            boolean password = line instanceof Line.Login login
                    && login.account().user().equals(user)
                    && !(login.account().credential() instanceof Credential.Key);
            if (password && line instanceof Line.Login login) {
                var account = new Account(user, credential, login.account().root());
                changed.add(new Line.Login(account.line(), account));
                replaced = true;
            } else {
                changed.add(line);
            }
        }
        var file = new AccountsFile(path, changed);
        return Optional.of(
                replaced
                        ? file
                        : file.with(new Account(user, credential, own.getFirst().root())));
    }

    void write() throws IOException {
        var text = new StringBuilder();
        lines.forEach(line -> text.append(line.text()).append('\n'));
        WholeFile.writeSecret(path, text.toString().getBytes(UTF_8));
    }

    private static Line line(String text) {
        String content = text.strip();
        if (content.isEmpty() || content.startsWith("#")) {
            return new Line.Remark(text);
        }
        try {
            return new Line.Login(text, account(content.split("\\s+")));
        } catch (MalformedLineException e) {
            return new Line.Wrong(text, e.problem);
        }
    }

    private static Account account(String[] fields) throws MalformedLineException {
        if (fields.length < 3) {
            throw new MalformedLineException("it is not USER PASSWORD CAPABILITY nor USER KEYTYPE KEY CAPABILITY");
        }
        var root = new Account.Root.Directory(root(fields[fields.length - 1]));
        if (fields.length == 3) {
            return new Account(fields[0], password(fields[1]), root);
        }
        return new Account(fields[0], key(fields[1] + " " + fields[2]), root);
    }

    private static Credential password(String text) throws MalformedLineException {
        if (!PasswordHash.isMeant(text)) {
            return new Credential.PlainPassword(text);
        }
        return new Credential.HashedPassword(PasswordHash.parse(text)
                .orElseThrow(() -> new MalformedLineException("its password hash is neither argon2id with at most"
                        + " 64 MiB, 16 passes and 8 lanes nor bcrypt with a cost from 4 to 14")));
    }

    /// A public key as `ssh-keygen` writes it, `KEYTYPE KEY`.
    static Credential.Key key(String text) throws MalformedLineException {
        try {
            return new Credential.Key(PublicKeyEntry.parsePublicKeyEntry(text)
                    .resolvePublicKey(null, Map.of(), PublicKeyEntryResolver.FAILING));
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new MalformedLineException("its public key is not KEYTYPE KEY as ssh-keygen writes it");
        }
    }

    private static DirectoryCap root(String text) throws MalformedLineException {
        try {
            if (Cap.parse(text) instanceof DirectoryCap directory) {
                return directory;
            }
        } catch (MalformedCapException e) {
            throw new MalformedLineException("its last field is not a capability: " + e.getMessage());
        }
        throw new MalformedLineException("its capability is not a directory's");
    }

    /// Says what is wrong with a line without repeating any of it.
    static final class MalformedLineException extends Exception {
        private static final long serialVersionUID = 1;
        private final String problem;

        MalformedLineException(String problem) {
            super(problem);
            this.problem = problem;
        }
    }
}
