"""Cases, how they are run, and the table of what came out."""

import fnmatch
import time
import traceback
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path



@dataclass(frozen=True)
class Case:
    """One line of the table. A case that is `not_yet` has to fail, and is an error on the day it works."""

    name: str
    run: object
    not_yet: str = ""
    in_ci: bool = True


@dataclass(frozen=True)
class Result:
    direction: str
    case: str
    outcome: str
    seconds: float

    @property
    def is_failure(self):
        return not (self.outcome == "works" or self.outcome.startswith("not yet"))


class Group:
    """Cases that share nodes. `open` starts what they need and leaves its end to `self.closing`."""

    direction = ""

    def __init__(self, folder: Path):
        self.folder = folder
        self.closing = ExitStack()

    def open(self):
        raise NotImplementedError

    def cases(self):
        raise NotImplementedError

    def started(self, thing):
        """Starts a node and has it stopped at the end of the group."""
        self.closing.callback(thing.close)
        thing.start()
        return thing


def selected(group, pattern, everything):
    """A pattern chooses by name, whatever the case's share in CI is."""
    return [
        case
        for case in group.cases()
        if fnmatch.fnmatch(f"{group.direction}: {case.name}".lower(), f"*{pattern.lower()}*")
        and (case.in_ci or everything or pattern)
    ]


def run(group, cases, tell):
    """Runs cases of a group one after the other; a failure is a result and the others go on."""
    group.folder.mkdir(parents=True)
    with group.closing:
        try:
            group.open()
        except Exception as error:
            traceback.print_exc()
            for case in cases:
                yield Result(group.direction, case.name, f"FAILS: the nodes did not start: {sentence(error)}", 0)
            return
        for case in cases:
            tell(f"{group.direction}: {case.name}")
            begin = time.monotonic()
            yield Result(group.direction, case.name, outcome(case), time.monotonic() - begin)


def outcome(case):
    try:
        case.run()
    except Exception as error:
        if case.not_yet:
            return f"not yet: {case.not_yet}"
        traceback.print_exc()
        return f"FAILS: {sentence(error)}"
    return "FAILS: it works, so its mark as not working yet has to go" if case.not_yet else "works"


def sentence(error):
    text = " ".join(str(error).split()) or type(error).__name__
    return text[:300]
