package org.truckee.client.files;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/// Names from the root downwards, without `.`, `..` or empty ones, each in Unicode's normal form C.
public record GridPath(List<String> names) {
    public static final GridPath ROOT = new GridPath(List.of());

    public GridPath {
        names = List.copyOf(names);
    }

    /// From `/a/b`; what has no slash in front is taken from the root too, and `..` above the root is the root.
    public static GridPath parse(String text) {
        var names = new ArrayList<String>();
        for (String name : text.split("/")) {
            if (name.equals("..")) {
                if (!names.isEmpty()) {
                    names.removeLast();
                }
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.add(Normalizer.normalize(name, Normalizer.Form.NFC));
            }
        }
        return new GridPath(names);
    }

    /// Whether a path can have this name.
    public static boolean isName(String name) {
        return !name.isEmpty() && !name.equals(".") && !name.equals("..") && name.indexOf('/') < 0;
    }

    public boolean isRoot() {
        return names.isEmpty();
    }

    /// The last name; the root has none.
    public String name() {
        return names.getLast();
    }

    /// The path of the directory that this is in; the root's is the root.
    public GridPath parent() {
        return isRoot() ? this : new GridPath(names.subList(0, names.size() - 1));
    }

    public GridPath child(String name) {
        var longer = new ArrayList<>(names);
        longer.add(name);
        return new GridPath(longer);
    }

    public boolean startsWith(GridPath other) {
        return names.size() >= other.names.size()
                && names.subList(0, other.names.size()).equals(other.names);
    }

    @Override
    public String toString() {
        return "/" + String.join("/", names);
    }
}
