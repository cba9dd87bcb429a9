package org.truckee.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.truckee.client.cap.Cap;
import org.truckee.client.cap.DirectoryCap;
import org.truckee.client.cap.MalformedCapException;
import org.truckee.protocol.node.BadConfigurationException;

/// Who may log in, and where each one's tree begins: lines `USER PASSWORD CAPABILITY` of `private/accounts`.
final class Accounts {
    private record Account(String password, DirectoryCap root) {
        @Override
        public String toString() {
            return "Account(" + root + ")";
        }
    }

    private final Map<String, Account> accounts;

    private Accounts(Map<String, Account> accounts) {
        this.accounts = accounts;
    }

    static Accounts read(Path file) throws IOException {
        Map<String, Account> accounts = new HashMap<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            String text = line.strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                String[] fields = text.split("\\s+");
                if (fields.length != 3) {
                    throw new BadConfigurationException(file + " line " + number + " is not USER PASSWORD CAPABILITY");
                }
                accounts.put(fields[0], new Account(fields[1], root(fields[2], file, number)));
            }
        }
        return new Accounts(accounts);
    }

    private static DirectoryCap root(String text, Path file, int number) throws BadConfigurationException {
        try {
            if (Cap.parse(text) instanceof DirectoryCap directory) {
                return directory;
            }
        } catch (MalformedCapException e) {
            throw new BadConfigurationException(file + " line " + number + ": " + e.getMessage());
        }
        throw new BadConfigurationException(file + " line " + number + " does not name a directory");
    }

    boolean accepts(String user, String password) {
        Account account = accounts.get(user);
        String expected = account == null ? "" : account.password();
        boolean equal = MessageDigest.isEqual(expected.getBytes(UTF_8), password.getBytes(UTF_8));
        return account != null && equal;
    }

    Optional<DirectoryCap> root(String user) {
        return Optional.ofNullable(accounts.get(user)).map(Account::root);
    }
}
