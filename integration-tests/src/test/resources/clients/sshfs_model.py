"""Does the same to a folder that sshfs mounts and to a local one, and compares: sshfs_model.py MOUNT LOCAL SEED STEPS.

Files are opened, written anywhere, truncated, appended to, synced, closed, and while they are open or being stored
renamed over one another, linked under another name and removed.
"""

import os
import random
import sys

mount, local, seed, steps = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
chooser = random.Random(seed)
ROOTS = (mount, local)
NAMES = [f"{folder}{name}" for folder in ("", "d/", "e/") for name in "abcd"]
for root in ROOTS:
    for folder in ("d", "e"):
        os.makedirs(os.path.join(root, folder), exist_ok=True)
opened = []  # (name, [descriptor per root])


def both(action):
    results = []
    for root in ROOTS:
        try:
            results.append(action(root))
        except OSError as refused:
            results.append(type(refused).__name__)
    return results


def same(what, results):
    if results[0] != results[1]:
        sys.exit(f"seed {seed}: {what}: {results[0]!r:.200} instead of {results[1]!r:.200}")


def path(root, name):
    return os.path.join(root, name)


def read(root, name):
    with open(path(root, name), "rb") as file:
        return file.read()


def step(i):
    kind = chooser.choice(["open", "open", "write", "write", "write", "truncate", "read", "sync", "close", "close",
                           "rename", "link", "remove", "list", "put", "append"])
    name, other = chooser.choice(NAMES), chooser.choice(NAMES)
    data = chooser.randbytes(chooser.choice([1, 100, 5000, 70_000]))
    offset = chooser.choice([0, 0, 10, 4096, 40_000, 100_000])
    what = f"step {i}, {kind} {name} {other} {offset} {len(data)}"
    if kind == "open" and len(opened) < 4:
        flags = os.O_RDWR | chooser.choice([os.O_CREAT, os.O_CREAT | os.O_TRUNC, os.O_CREAT | os.O_EXCL, 0])
        got = both(lambda root: os.open(path(root, name), flags, 0o644))
        same(what, [result if isinstance(result, str) else "opened" for result in got])
        if not isinstance(got[0], str):
            opened.append((name, got))
    elif kind == "write" and opened:
        file = chooser.choice(opened)[1]
        same(what, [os.pwrite(descriptor, data, offset) for descriptor in file])
    elif kind == "read" and opened:
        file = chooser.choice(opened)[1]
        same(what, [os.pread(descriptor, 200_000, offset) for descriptor in file])
    elif kind == "truncate" and opened:
        file = chooser.choice(opened)[1]
        for descriptor in file:
            os.ftruncate(descriptor, offset)
        same(what, [os.fstat(descriptor).st_size for descriptor in file])
    elif kind == "sync" and opened:
        for descriptor in chooser.choice(opened)[1]:
            os.fsync(descriptor)
    elif kind == "close" and opened:
        for descriptor in opened.pop(chooser.randrange(len(opened)))[1]:
            os.close(descriptor)
    elif kind == "rename" and name != other:
        same(what, both(lambda root: os.rename(path(root, name), path(root, other))))
    elif kind == "link" and name != other and all(name != taken for taken, _ in opened):
        # as git does while what it wrote is still being stored; two names that stay are two files here
        def link(root):
            os.link(path(root, name), path(root, other))
            os.remove(path(root, name))
        same(what, both(link))
    elif kind == "remove":
        # a removed file that is open is hidden by sshfs under a name of its own, as by every network file system
        if all(name != taken for taken, _ in opened):
            same(what, both(lambda root: os.remove(path(root, name))))
    elif kind == "list":
        same(what, both(lambda root: sorted(entry for entry in os.listdir(root) if not entry.startswith(".fuse_hidden"))))
    elif kind in ("put", "append"):
        def put(root):
            with open(path(root, name), "wb" if kind == "put" else "ab") as file:
                file.write(data)
        same(what, both(put))
        same(what + " and read", both(lambda root: read(root, name)))


for i in range(steps):
    step(i)
for _, descriptors in opened:
    for descriptor in descriptors:
        os.close(descriptor)
for name in NAMES:
    same(f"in the end {name}", both(lambda root: read(root, name)))
print(f"{steps} steps from seed {seed}")
