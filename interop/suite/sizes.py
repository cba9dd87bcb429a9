"""The encodings, segment sizes and file sizes that cases go through, and contents that tell every byte apart."""

import random
from dataclasses import dataclass

KIB = 1 << 10
MIB = 1 << 20
LARGE = 20_000_000


@dataclass(frozen=True)
class EncodingOf:
    needed: int
    happy: int
    total: int

    def __str__(self):
        return f"{self.needed}-of-{self.total}"


ONE = EncodingOf(1, 1, 1)
TWO = EncodingOf(2, 3, 3)
THREE = EncodingOf(3, 4, 10)
SEGMENTS = (128 * KIB, MIB)


def sizes(segment_bytes, large=True):
    """Both sides of every edge: literal or not, one segment or two, a tail of one byte; then several segments."""
    edges = [0, 1, 55, 56, 4 * KIB, segment_bytes - 1, segment_bytes, segment_bytes + 1, 3 * segment_bytes + 17]
    return [*edges, LARGE] if large else edges


def contents(seed, length):
    return random.Random(f"{seed}/{length}").randbytes(length)
