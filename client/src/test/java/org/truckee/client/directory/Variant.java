package org.truckee.client.directory;

/// The rules a model runs by: all of them, or all but one.
record Variant(PublishRule rule, boolean testAndSet, boolean freshWriterIds, boolean replicaIsKept) {
    static final Variant ALL_RULES = new Variant(new PublishRule(new Merge()), true, true, true);

    static Variant with(PublishRule rule) {
        return new Variant(rule, true, true, true);
    }
}
