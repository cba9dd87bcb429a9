package org.truckee.crypto;

/// The pair that one client shows to one server for its lease on one storage index.
public final class LeaseSecrets {
    public static final int BYTES = 32;

    private final LeaseKey renew;
    private final LeaseKey cancel;

    public LeaseSecrets(byte[] renew, byte[] cancel) {
        this.renew = new LeaseKey(renew);
        this.cancel = new LeaseKey(cancel);
    }

    public byte[] renew() {
        return renew.toBytes();
    }

    public byte[] cancel() {
        return cancel.toBytes();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LeaseSecrets secrets && secrets.renew.equals(renew) && secrets.cancel.equals(cancel);
    }

    @Override
    public int hashCode() {
        return renew.hashCode();
    }

    @Override
    public String toString() {
        return "LeaseSecrets(hidden)";
    }

    private static final class LeaseKey extends Secret {
        LeaseKey(byte[] bytes) {
            super(bytes, BYTES);
        }
    }
}
