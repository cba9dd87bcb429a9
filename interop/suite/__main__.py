"""Runs the cases of both directions and prints what came out."""

import argparse
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from .disk import Disk
from .mixed_grid import MixedGrid
from .python_client import PythonClientOnTruckeeNodes
from .report import print_table, write_document
from .table import run, selected
from .truckee_client import TruckeeOnTahoeNodes

GROUPS = [PythonClientOnTruckeeNodes, TruckeeOnTahoeNodes, MixedGrid, Disk]


def main():
    arguments = parsed()
    # nodes are stopped where exceptions go through
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    work = Path(tempfile.mkdtemp(prefix="truckee-interop-"))
    results = []
    for number, make in enumerate(GROUPS):
        group = make(work / str(number))
        cases = selected(group, arguments.case, arguments.all)
        if cases:
            results += run(group, cases, lambda what: print(f"-- {what}", file=sys.stderr, flush=True))
    if not results:
        sys.exit(f"no case is called {arguments.case!r}")
    print_table(results)
    if arguments.write:
        write_document(results, every_case(work))
    failed = any(result.is_failure for result in results)
    if failed or arguments.keep:
        print(f"nodes and logs are in {work}", file=sys.stderr)
    else:
        shutil.rmtree(work, ignore_errors=True)
    return 1 if failed else 0


def every_case(work):
    """Direction and name of all cases, in order."""
    return [(group.direction, case.name) for group in (make(work) for make in GROUPS) for case in group.cases()]


def parsed():
    parser = argparse.ArgumentParser(prog="interop/run", description="Truckee and Tahoe-LAFS against each other.")
    parser.add_argument("--case", metavar="PATTERN", default="", help="only cases whose line contains PATTERN")
    parser.add_argument("--all", action="store_true", help="also the cases that are too slow for every change")
    parser.add_argument("--write", action="store_true", help="write the results to docs/compatibility.md")
    parser.add_argument("--keep", action="store_true", help="leave node directories and logs")
    return parser.parse_args()


sys.exit(main())
