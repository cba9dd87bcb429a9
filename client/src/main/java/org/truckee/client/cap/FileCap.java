package org.truckee.client.cap;

/// Authority over a file.
public sealed interface FileCap extends Cap permits WriteCap, ReadCap, VerifyCap {}
