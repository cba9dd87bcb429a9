package org.truckee.sftp;

/// Whom a gateway lets in that has no accounts yet, as its environment has it.
///
/// @param chosen whether somebody chose the password; a chosen one that is changed later replaces the one that was set
///     up by an earlier one
public record FirstAccount(String user, String password, boolean chosen) {
    public FirstAccount {
        for (String field : new String[] {user, password}) {
            if (field.isEmpty() || field.chars().anyMatch(Character::isWhitespace) || field.startsWith("#")) {
                throw new IllegalArgumentException(
                        "a user name and a password need at least one character, no blanks and no # in front");
            }
        }
    }

    @Override
    public String toString() {
        return "FirstAccount(" + user + ")";
    }
}
