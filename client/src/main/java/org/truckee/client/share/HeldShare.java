package org.truckee.client.share;

/// A share at hand: its number, where its bytes come from, and how people find it again (`where`, a path for
/// instance).
public record HeldShare(int number, ShareSource source, String where) {}
