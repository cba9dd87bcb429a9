package org.truckee.client.cap;

/// The two formats of mutable files: SDMF is written whole, MDMF in segments.
public enum MutableFormat {
    SDMF("SSK"),
    MDMF("MDMF");

    private final String name;

    MutableFormat(String name) {
        this.name = name;
    }

    String writePrefix() {
        return "URI:" + name + ":";
    }

    String readPrefix() {
        return "URI:" + name + "-RO:";
    }

    String verifyPrefix() {
        return "URI:" + name + "-Verifier:";
    }
}
