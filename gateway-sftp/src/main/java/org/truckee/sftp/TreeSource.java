package org.truckee.sftp;

import java.io.IOException;

/// The tree of somebody who is logged in; before there is one, an exception that says why.
@FunctionalInterface
interface TreeSource {
    Tree tree() throws IOException;
}
