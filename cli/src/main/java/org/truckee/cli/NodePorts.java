package org.truckee.cli;

/// The ports that nodes have where nothing else is said.
final class NodePorts {
    /// Of an introducer and of whatever has a gateway in it.
    static final int MAIN_WEB = 3456;

    static final int STORAGE_WEB = 3458;

    private NodePorts() {}
}
