"""The client of Tahoe-LAFS on storage nodes of Truckee."""

import json
from itertools import product

from . import exercise
from .exercise import TahoeDoor, equal
from .processes import until
from .shares import advisories, leases, share_files, storage_index_text
from .sizes import KIB, MIB, ONE, SEGMENTS, THREE, TWO, contents
from .table import Case, Group
from .tahoe import TahoeClient, WebError
from .truckee import TruckeeIntroducer, TruckeeStorage

NODES = 5
MUTABLE_SIZES = [0, 1, 55, 4 * KIB, 128 * KIB - 1, 128 * KIB, 128 * KIB + 1, 3 * 128 * KIB + 17]


class PythonClientOnTruckeeNodes(Group):
    direction = "Tahoe-LAFS client on Truckee nodes"

    def open(self):
        introducer = self.started(TruckeeIntroducer(self.folder / "introducer").create())
        self.nodes = [
            self.started(TruckeeStorage(self.folder / f"node{number}").create(introducer)) for number in range(NODES)
        ]
        self.client = self._client("client", THREE)

    def _client(self, name, encoding, segment_bytes=None):
        servers = [node.address for node in self.nodes]
        return self.started(TahoeClient(self.folder / name).create(encoding, servers, segment_bytes))

    def cases(self):
        for encoding, segment_bytes in product([ONE, TWO, THREE], SEGMENTS):
            yield Case(
                f"files of every size, {encoding}, segments of {segment_bytes // KIB} KiB",
                lambda encoding=encoding, segment_bytes=segment_bytes: self._files(encoding, segment_bytes),
                in_ci=(encoding, segment_bytes) in [(ONE, MIB), (TWO, 128 * KIB), (THREE, MIB)],
            )
        for format in ["SDMF", "MDMF"]:
            yield Case(f"{format}: create, overwrite, read", lambda format=format: self._mutable(format))
            yield Case(f"{format}: ranges", lambda format=format: self._ranges(format))
        yield Case("directories: mkdir, ln, mv, rm", self._directories)
        yield Case("immutable directories", self._immutable_directories)
        yield Case("check --verify", self._check)
        yield Case("deep-check --repair --add-lease after two nodes lost everything", self._repair)
        yield Case("leases", self._leases)
        yield Case("backup, and a second that finds everything there", self._backup)
        yield Case("damaged shares: read, repaired", self._damage)
        yield Case("damage of all shares: reported, and read again once it is undone", self._reported)
        yield Case("damaged mutable shares: read, repaired", self._mutable_damage)
        yield Case("one node down: read, write, change a directory", self._node_down)

    def _files(self, encoding, segment_bytes):
        client = self._client(f"client-{encoding}-{segment_bytes}", encoding, segment_bytes)
        door = TahoeDoor(client, client.mkdir())
        exercise.files_of_every_size(door, segment_bytes, large=True, seed=str(encoding))
        all_healthy(client, door.root)
        client.stop()

    def _mutable(self, format):
        for length in MUTABLE_SIZES:
            cap = self.client.put_mutable(contents(format, length), format)
            equal(self.client.get(cap), contents(format, length), f"{length} bytes")
            for next_length in [length + 1000, max(0, length - 1000)]:
                self.client.overwrite(cap, contents("next", next_length))
                equal(self.client.get(cap), contents("next", next_length), f"{next_length} bytes over {length}")
            equal(summary(self.client.check(cap, verify="true")), "Healthy", "check")

    def _ranges(self, format):
        wanted = bytearray(contents(format, 500_000))
        cap = self.client.put_mutable(bytes(wanted), format)
        for offset, length in [(0, 1), (131_071, 2), (100_000, 200_000), (499_999, 1), (500_000, 10), (499_000, 5000)]:
            data = contents(offset, length)
            self.client.overwrite(cap, data, offset)
            wanted[offset : offset + length] = data
            equal(self.client.get(cap), bytes(wanted), f"after {length} bytes at {offset}")
        for begin, end in [(0, 1), (131_000, 131_100), (262_144, 393_216), (len(wanted) - 1, len(wanted))]:
            equal(self.client.get(cap, span=(begin, end)), bytes(wanted[begin:end]), f"bytes {begin} to {end}")

    def _directories(self):
        for format in ["sdmf", "mdmf"]:
            door = TahoeDoor(self.client, self.client.mkdir(format))
            exercise.files_and_directories(door)
            file = self.client.children(self.client.json(door.root, "tree")["rw_uri"])["plain"][1]["ro_uri"]
            self.client.link(door.root, "linked", file)
            equal(door.get("linked"), contents("again", 70), "a linked file")
            all_healthy(self.client, door.root)

    def _immutable_directories(self):
        file = self.client.put(contents("file", 3000))
        cap = self.client.mkdir_immutable({"näme": ["filenode", {"ro_uri": file, "metadata": {"key": [1]}}]})
        children = self.client.children(cap)
        equal(list(children), ["näme"], "names")
        equal(children["näme"][1]["metadata"]["key"], [1], "metadata")
        equal(self.client.get(cap, "näme"), contents("file", 3000), "the file")

    def _check(self):
        for cap in [self.client.put(contents("check", 300_000)), self.client.put_mutable(b"checked", "SDMF")]:
            result = self.client.check(cap, verify="true")["results"]
            equal((result["healthy"], result["count-shares-good"]), (True, THREE.total), "check")

    def _repair(self):
        root = self.client.mkdir()
        self.client.put_in(root, "file", contents("repair", 300_000))
        mutable = self.client.put_mutable(contents("repair", 200_000), "MDMF")
        self.client.link(root, "mutable", mutable)
        for node in self.nodes[:2]:
            for cap in [root, mutable, self.client.json(root, "file")["ro_uri"]]:
                for _, _, file in share_files([node], cap):
                    file.unlink()
        assert any(not result["check-results"]["results"]["healthy"] for result in self.client.deep_check(root))
        results = self.client.deep_check(root, repair="true", verify="true", **{"add-lease": "true"})
        for result in results:
            assert result["check-and-repair-results"]["repair-successful"], f"not repaired: {result}"
        all_healthy(self.client, root)
        equal(self.client.get(root, "file"), contents("repair", 300_000), "the file")
        equal(self.client.get(root, "mutable"), contents("repair", 200_000), "the mutable file")

    def _leases(self):
        other = self._client("other", THREE)
        for cap in [self.client.put(contents("lease", 5000)), self.client.put_mutable(b"leased", "SDMF")]:
            equal(lease_counts(self.nodes, cap), {1}, "leases after storing")
            self.client.check(cap, **{"add-lease": "true"})
            equal(lease_counts(self.nodes, cap), {1}, "leases after renewing")
            other.check(cap, **{"add-lease": "true"})
            equal(lease_counts(self.nodes, cap), {2}, "leases after another client added its own")
        other.stop()

    def _backup(self):
        source = self.folder / "source"
        (source / "below" / "näme").mkdir(parents=True)
        for path, length in [("literal", 10), ("empty", 0), ("below/large", 2 * MIB), ("below/näme/文件", 4000)]:
            (source / path).write_bytes(contents(path, length))
        (self.client.folder / "private" / "aliases").write_text(f"backups: {self.client.mkdir()}\n")
        said = self.client.command("backup", source, "backups:")
        assert "4 files uploaded (0 reused)" in said, said
        said = self.client.command("backup", source, "backups:")
        assert "0 files uploaded (4 reused)" in said, said
        self.client.command("cp", "-r", "backups:Latest", self.folder / "restored")
        restored = next((self.folder / "restored").rglob("literal")).parent
        equal(tree(restored), tree(source), "the restored tree")

    def _damage(self):
        data = contents("damage", 300_000)
        cap = self.client.put(data)
        spoiled = exercise.damage(self.nodes, cap, 1)
        equal(self.client.get(cap), data, "the file")
        result = self.client.check(cap, verify="true")["results"]
        assert result["count-shares-good"] <= THREE.total - spoiled + 1, result
        self.client.check(cap, verify="true", repair="true")
        result = self.client.check(cap, verify="true")["results"]
        assert result["recoverable"] and result["count-shares-good"] > THREE.total - spoiled, result
        equal(self.client.get(cap), data, "the file after repair")

    def _reported(self):
        """Which shares the client asks for first is not known; it only gives up when fewer are left than it needs."""
        data = contents("reported", 300_000)
        cap = self.client.put(data)
        shares = share_files(self.nodes, cap)
        for _, _, file in shares:
            exercise.spoil_block(file)
        refused(lambda: self.client.get(cap), "a file of which every share is damaged")
        until(lambda: len(reports(self.nodes, cap)) > THREE.total - THREE.needed, "reports of the shares it tried")
        assert reports(self.nodes, cap) <= {(node, share) for node, share, _ in shares}, "a report of another share"
        for _, _, file in shares:
            exercise.spoil_block(file)
        equal(self.client.get(cap), data, "the file once its shares are as they were")

    def _mutable_damage(self):
        for format in ["SDMF", "MDMF"]:
            data = contents(format, 200_000)
            cap = self.client.put_mutable(data, format)
            for _, _, file in share_files(self.nodes, cap)[:3]:
                exercise.spoil_mutable(file)
            equal(self.client.get(cap), data, format)
            self.client.check(cap, verify="true", repair="true")
            equal(summary(self.client.check(cap, verify="true")), "Healthy", "check after repair")
            equal(self.client.get(cap), data, f"{format} after repair")

    def _node_down(self):
        root = self.client.mkdir()
        self.client.put_in(root, "before", contents("before", 300_000))
        down = self.nodes[2]
        down.kill()
        self.client.await_connected(NODES - 1)
        equal(self.client.get(root, "before"), contents("before", 300_000), "a file from before")
        exercise.files_and_directories(TahoeDoor(self.client, root))
        mutable = self.client.put_mutable(contents("down", 200_000), "MDMF")
        self.client.overwrite(mutable, contents("down", 100_000))
        down.start()
        self.client.await_connected(NODES)
        equal(self.client.get(mutable), contents("down", 100_000), "a file written meanwhile")
        exercise.equal(self.client.get(root, "tree/plain"), contents("again", 70), "a file in a directory")


def all_healthy(client, root):
    for result in client.deep_check(root, verify="true"):
        health = result["check-results"]["results"]["healthy"]
        assert health, f"{'/'.join(result['path'])} is not healthy: {json.dumps(result['check-results'])}"


def refused(read, what):
    try:
        read()
    except WebError:
        return
    raise AssertionError(f"{what} came back")


def reports(nodes, cap):
    """The shares of an object that somebody reported to their nodes, as (node, share number)."""
    index = storage_index_text(cap)
    return {
        (node, int(file.name.rpartition("-")[2]))
        for node in nodes
        for file in advisories(node)
        if f"-{index}-" in file.name
    }


def summary(check):
    return check["summary"]


def lease_counts(nodes, cap):
    return {len(leases(file)) for _, _, file in share_files(nodes, cap)}


def tree(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
