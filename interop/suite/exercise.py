"""What is done to a grid through a door, whichever implementation the door is of."""

import random

from .shares import IMMUTABLE_HEADER_BYTES, flip, leases, overwrite_with_rubbish, share_files, truncate
from .sizes import KIB, contents, sizes

SHARE_HEADER_BYTES = 0x24
LEASE_BYTES = 72

NAMES = ["plain", "with blanks and 'quotes'", "näme", "文件", "🙂", "a" * 200, "%41", "a+b&c=d?", "back\\slash", ".hidden"]


def equal(got, wanted, what):
    """Says what differs, not thousands of bytes."""
    if got != wanted:
        if isinstance(wanted, bytes) and len(wanted) > 100:
            raise AssertionError(f"{what}: {len(got)} bytes came back, {len(wanted)} went in, and they differ")
        raise AssertionError(f"{what}: got {got!r}, wanted {wanted!r}")


class TahoeDoor:
    """A directory tree through the web API of Tahoe-LAFS, as paths below one capability."""

    def __init__(self, client, root):
        self.client = client
        self.root = root

    def put(self, path, data):
        self.client.put_in(self.root, path, data)

    def get(self, path):
        return self.client.get(self.root, path)

    def list(self, path=""):
        return sorted(name for name in self.client.json(self.root, path)["children"] if name != ".truckee")

    def mkdir(self, path):
        self.client.mkdir_in(self._cap_of(path), name_of(path))

    def rename(self, path, to):
        self.client.relink(self._cap_of(path), name_of(path), self._cap_of(to), name_of(to))

    def remove(self, path):
        self.client.unlink(self.root, path)

    def _cap_of(self, path):
        """The capability of the directory that a path lies in."""
        above = path.rpartition("/")[0]
        return self.client.json(self.root, above)["rw_uri"]


def name_of(path):
    return path.rpartition("/")[2]


def files_of_every_size(door, segment_bytes, large, seed):
    for length in sizes(segment_bytes, large):
        name, data = f"{seed} {length}", contents(seed, length)
        door.put(name, data)
        equal(door.get(name), data, f"a file of {length} bytes")


def files_and_directories(door):
    """Leaves `tree` behind, with one file per name in NAMES."""
    door.mkdir("tree")
    for name in NAMES:
        door.put(f"tree/{name}", contents(name, 300))
    door.mkdir("tree/below")
    door.put("tree/below/file", contents("below", 5 * KIB))
    equal(door.list("tree"), sorted([*NAMES, "below"]), "names")
    door.rename("tree/plain", "tree/renamed")
    door.rename("tree/renamed", "tree/below/moved")
    equal(door.get("tree/below/moved"), contents("plain", 300), "a moved file")
    door.rename("tree/below/moved", "tree/plain")
    door.put("tree/plain", contents("again", 70))
    equal(door.get("tree/plain"), contents("again", 70), "a replaced file")
    door.remove("tree/below/file")
    equal(door.list("tree/below"), [], "what is left")
    door.remove("tree/below")
    equal(door.list("tree"), sorted(NAMES), "names at the end")
    for name in NAMES[1:]:
        equal(door.get(f"tree/{name}"), contents(name, 300), name)


def damage(nodes, cap, seed):
    """Spoils one share in each way that matters; how many it spoiled."""
    files = [file for _, _, file in share_files(nodes, cap)]
    ways = [
        spoil_block,
        lambda file: flip(file, IMMUTABLE_HEADER_BYTES + 3),  # the offsets in the header
        lambda file: flip(file, -LEASE_BYTES * len(leases(file)) - 20),  # the URI extension
        truncate,
        overwrite_with_rubbish,
        lambda file: file.unlink(),
    ]
    for way, file in zip(ways, random.Random(seed).sample(files, len(ways))):
        way(file)
    return len(ways)


def spoil_block(file):
    """One bit in the first block of an immutable share; a second time makes it right again."""
    flip(file, IMMUTABLE_HEADER_BYTES + SHARE_HEADER_BYTES + 10)


def spoil_mutable(file):
    """One bit of the blocks, for files that are mostly blocks."""
    flip(file, file.stat().st_size * 2 // 3)
