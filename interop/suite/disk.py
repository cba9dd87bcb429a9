"""One implementation's nodes on the directories of the other's, and back."""

import shutil

from .exercise import equal
from .python_client import all_healthy, lease_counts
from .shares import advisories, make_old, share_files, storage_index_text
from .sizes import TWO, contents
from .table import Case, Group
from .tahoe import TahoeClient, TahoeStorage
from .truckee import TruckeeIntroducer, TruckeeStorage

NODES = TWO.total
IDENTITY = ["private/node.pem", "private/node.privkey", "private/storage.furl", "permutation-seed"]
RUBBISH = {
    "shares/.DS_Store": b"finder",
    "shares/zz": b"a file where a folder is expected",
    "shares/not-a-prefix/file": b"?",
    "shares/core": b"",
}


class Disk(Group):
    direction = "Nodes on each other's disks"

    def open(self):
        self.introducer = self.started(TruckeeIntroducer(self.folder / "introducer").create())

    def cases(self):
        yield Case("Truckee on Tahoe-LAFS's folder, then Tahoe-LAFS again", lambda: self._theirs("v2", old=False))
        yield Case("the same with the containers of before 1.18", lambda: self._theirs("v1", old=True))
        yield Case("Tahoe-LAFS on Truckee's folder, then Truckee again", self._ours)

    def _theirs(self, name, old):
        nodes = [TahoeStorage(self.folder / name / f"node{number}") for number in range(NODES)]
        for node in nodes:
            node.folder.parent.mkdir(exist_ok=True)
            node.create()
        self._story(nodes, lambda node: TruckeeStorage(node.folder), lambda node: TahoeStorage(node.folder), name, old)

    def _ours(self):
        (self.folder / "ours").mkdir()
        nodes = [
            TruckeeStorage(self.folder / "ours" / f"node{number}").create(self.introducer) for number in range(NODES)
        ]
        self._story(nodes, tahoe_in_place_of, lambda node: truckee_in_place_of(nodes, node), "ours", old=False)

    def _story(self, first, second, third, name, old):
        """Stores on the first kind of nodes, changes on the second, changes again on the third."""
        with running(first):
            client = TahoeClient(self.folder / f"client-{name}").create(TWO, [node.address for node in first])
            with running([client]):
                objects = Objects(client)
                objects.change("first")
        if old:
            for cap in objects.caps():
                for _, _, file in share_files(first, cap):
                    make_old(file)
        strew(first, objects)
        # the lease in a container that was made old is nobody's, so the client's is a further one
        expected = [{most + (1 if old else 0) for most in counts} for counts in objects.leases(first)]
        nodes = [second(node) for node in first]
        with running(nodes), running([client]):
            objects.compare("first")
            objects.change("second")
            objects.renew()
            all_healthy(client, objects.root)
            equal(objects.leases(nodes), expected, "leases after renewing")
        assert_strewn(nodes, objects)
        nodes = [third(node) for node in nodes]
        with running(nodes), running([client]):
            objects.compare("second")
            objects.change("third")
            objects.compare("third")
            objects.renew()
            all_healthy(client, objects.root)
            equal(objects.leases(nodes), expected, "leases after renewing again")
        assert_strewn(nodes, objects)


class Objects:
    """A file, a mutable file of either format and the directory that they are in."""

    def __init__(self, client):
        self.client = client
        self.root = client.mkdir()
        self.mutable = {format: client.put_mutable(b"", format) for format in ["SDMF", "MDMF"]}
        for format, cap in self.mutable.items():
            client.link(self.root, format, cap)
        client.put_in(self.root, "file", contents("file", 300_000))
        self.file = client.json(self.root, "file")["ro_uri"]

    def caps(self):
        return [self.root, self.file, *self.mutable.values()]

    def change(self, what):
        for format, cap in self.mutable.items():
            self.client.overwrite(cap, contents(what + format, 200_000))
        self.client.put_in(self.root, what, contents(what, 3000))

    def compare(self, what):
        equal(self.client.get(self.root, "file"), contents("file", 300_000), "the file")
        for format, cap in self.mutable.items():
            equal(self.client.get(cap), contents(what + format, 200_000), format)
        equal(self.client.get(self.root, what), contents(what, 3000), f"the file added by the {what} change")

    def renew(self):
        self.client.deep_check(self.root, **{"add-lease": "true"})

    def leases(self, nodes):
        return [lease_counts(nodes, cap) for cap in self.caps()]


def strew(nodes, objects):
    """What is found in storage folders beside shares: files of others, and what clients reported."""
    for node in nodes:
        for path, data in RUBBISH.items():
            file = node.folder / "storage" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        beside = next(file for _, _, file in share_files([node], objects.file)).with_name("notes.txt")
        beside.write_bytes(b"mine")
        (node.folder / "storage" / "corruption-advisories").mkdir(exist_ok=True)
        (node.folder / "storage" / "corruption-advisories" / "2020-01-01--00-00-00-aaaa-0").write_bytes(b"report")


def assert_strewn(nodes, objects):
    for node in nodes:
        for path, data in RUBBISH.items():
            equal((node.folder / "storage" / path).read_bytes(), data, path)
        index = storage_index_text(objects.file)
        equal((node.shares / index[:2] / index / "notes.txt").read_bytes(), b"mine", "notes.txt")
        assert advisories(node), "the advisory is gone"


class running:
    """Nodes that run inside a `with`."""

    def __init__(self, nodes):
        self.nodes = nodes

    def __enter__(self):
        try:
            for node in self.nodes:
                node.start()
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        for node in self.nodes:
            node.stop()


def tahoe_in_place_of(node):
    """A new Tahoe-LAFS node with the identity and the storage folder of one of ours."""
    successor = TahoeStorage(node.folder.with_name(node.nickname + "-tahoe"))
    successor.create()
    for path in IDENTITY:
        shutil.copy2(node.folder / path, successor.folder / path)
    shutil.rmtree(successor.folder / "storage", ignore_errors=True)
    shutil.move(node.folder / "storage", successor.folder / "storage")
    port = node.address.nurl.split("@")[1].split("/")[0].split(":")[1]
    configuration = successor.folder / "tahoe.cfg"
    lines = configuration.read_text().splitlines()
    configuration.write_text("\n".join(moved(line, port) for line in lines) + "\n")
    return successor


def moved(line, port):
    if line.startswith("tub.port"):
        return f"tub.port = tcp:{port}:interface=127.0.0.1"
    return f"tub.location = tcp:127.0.0.1:{port}" if line.startswith("tub.location") else line


def truckee_in_place_of(originals, successor):
    """The Truckee node that a Tahoe-LAFS node had replaced, with its storage folder back."""
    original = next(node for node in originals if successor.nickname == node.nickname + "-tahoe")
    shutil.move(successor.folder / "storage", original.folder / "storage")
    return original
