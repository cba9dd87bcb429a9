package org.truckee.cli;

import picocli.CommandLine.Command;

/// `truckee debug`.
@Command(
        name = "debug",
        description = "Look into capabilities and shares, and get files back from shares, without any server.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DebugCapCommand.class,
            DebugEncodeCommand.class,
            DebugDecodeCommand.class,
            DumpShareCommand.class,
            DumpCapCommand.class
        })
final class DebugCommand {}
