"""Truckee's gateway on storage nodes of Tahoe-LAFS."""

import json

from . import exercise
from .exercise import TahoeDoor, equal
from .python_client import MUTABLE_SIZES, all_healthy, lease_counts
from .shares import share_files
from .sizes import KIB, MIB, ONE, THREE, TWO, contents
from .table import Case, Group
from .tahoe import TahoeClient, TahoeStorage
from .truckee import TruckeeGateway, truckee

NODES = 5


class TruckeeOnTahoeNodes(Group):
    direction = "Truckee gateway on Tahoe-LAFS nodes"

    def open(self):
        self.nodes = [self.started(TahoeStorage(self.folder / f"node{number}").create()) for number in range(NODES)]
        self.observer = self.started(TahoeClient(self.folder / "observer").create(THREE, self._servers()))
        self.gateway = self._gateway("gateway", THREE)
        self.door = self.closing.enter_context(self.gateway.door())

    def _servers(self):
        return [node.address for node in self.nodes]

    def _gateway(self, name, encoding, with_nurls=True):
        return self.started(TruckeeGateway(self.folder / name).create(encoding, self._servers(), with_nurls=with_nurls))

    def cases(self):
        for encoding in [ONE, TWO, THREE]:
            yield Case(f"files of every size, {encoding}", lambda encoding=encoding: self._files(encoding))
        yield Case("nodes known by their FURLs alone", self._furls)
        for format in ["SDMF", "MDMF"]:
            yield Case(f"{format} made by Tahoe-LAFS: read, overwrite", lambda format=format: self._mutable(format))
            yield Case(
                f"{format} that Tahoe-LAFS changes in its middle: read, overwrite",
                lambda format=format: self._changed_in_place(format),
            )
        yield Case("directories: mkdir, put, rename, rm", self._directories)
        yield Case("leases", self._leases)
        yield Case("check --verify", self._check)
        yield Case("deep-check --repair --add-lease after two nodes lost everything", self._repair)
        yield Case("damaged shares: read", self._damage)
        yield Case("one node down: read, write, change a directory", self._node_down)

    def _files(self, encoding):
        gateway = self.gateway if encoding == THREE else self._gateway(f"gateway-{encoding}", encoding)
        with gateway.door() as door:
            exercise.files_of_every_size(door, MIB, large=True, seed=str(encoding))
            theirs = TahoeDoor(self.observer, gateway.root)
            for name in door.list():
                equal(theirs.get(name), door.get(name), name)
        all_healthy(self.observer, gateway.root)
        if gateway != self.gateway:
            gateway.stop()

    def _furls(self):
        gateway = self._gateway("gateway-furls", TWO, with_nurls=False)
        with gateway.door() as door:
            door.put("file", contents("furl", 300_000))
            equal(door.get("file"), contents("furl", 300_000), "the file")
        equal(self.observer.get(gateway.root, "file"), contents("furl", 300_000), "the file, read by Tahoe-LAFS")
        gateway.stop()

    def _mutable(self, format):
        for length in MUTABLE_SIZES:
            name = f"{format} {length}"
            cap = self.observer.put_mutable(contents(format, length), format)
            self.observer.link(self.gateway.root, name, cap)
            self.door.await_there(name)
            equal(self.door.get(name), contents(format, length), f"{length} bytes")
            for next_length in [length + 1000, max(0, length - 1000)]:
                self.door.put(name, contents("next", next_length))
                equal(self.door.get(name), contents("next", next_length), f"{next_length} bytes over {length}")
                equal(self.observer.get(cap), contents("next", next_length), f"{name}, read by Tahoe-LAFS")
            equal(self.observer.check(cap, verify="true")["summary"], "Healthy", "check")
            equal(self.observer.children(self.gateway.root)[name][1]["rw_uri"], cap, "the capability")

    def _changed_in_place(self, format):
        """Tahoe-LAFS writes the segments that a change touches in place of those before, and keeps the others."""
        data = bytearray(contents("before", 5 * 128 * KIB + 17))
        cap = self.observer.put_mutable(bytes(data), format)
        name = f"{format} in place"
        self.observer.link(self.gateway.root, name, cap)
        self.door.await_there(name)
        for offset, length in [(0, 1), (128 * KIB - 3, 7), (3 * 128 * KIB, 128 * KIB), (len(data) - 5, 4000)]:
            patch = contents(offset, length)
            self.observer.overwrite(cap, patch, offset)
            data[offset : offset + length] = patch
            equal(self.door.await_contents(name, bytes(data)), bytes(data), f"{length} bytes at {offset}")
            self.door.write_at(name, offset // 2, b"ours")
            data[offset // 2 : offset // 2 + 4] = b"ours"
            equal(self.observer.get(cap), bytes(data), f"our bytes at {offset // 2}, read by Tahoe-LAFS")
        equal(self.observer.check(cap, verify="true")["summary"], "Healthy", "check")

    def _directories(self):
        exercise.files_and_directories(self.door)
        theirs = TahoeDoor(self.observer, self.gateway.root)
        equal(theirs.list("tree"), self.door.list("tree"), "names")
        for name in theirs.list("tree"):
            equal(theirs.get(f"tree/{name}"), self.door.get(f"tree/{name}"), name)
        all_healthy(self.observer, self.gateway.root)

    def _leases(self):
        self.door.put("leased", contents("leased", 5000))
        cap = self.observer.json(self.gateway.root, "leased")["ro_uri"]
        equal(lease_counts(self.nodes, cap), {1}, "leases of a file")
        self.door.mkdir("leased directory")
        directory = self.observer.json(self.gateway.root, "leased directory")["rw_uri"]
        equal(lease_counts(self.nodes, directory), {1}, "leases of a directory")

    def _check(self):
        self.door.put("checked", contents("check", 300_000))
        cap = self.observer.json(self.gateway.root, "checked")["ro_uri"]
        for what in ["/checked", cap, self.observer.put_mutable(b"checked", "SDMF"), self.observer.mkdir()]:
            result = json.loads(truckee("check", self.gateway.folder, "-", "--verify", "--json", stdin=what.encode()))
            good = result["results"]["count-shares-good"]
            equal((result["summary"], good), ("Healthy", THREE.total), f"check of {what[:12]}")

    def _repair(self):
        self.door.mkdir("repaired")
        self.door.put("repaired/file", contents("repair", 300_000))
        root = self.observer.json(self.gateway.root, "repaired")["rw_uri"]
        for format in ["SDMF", "MDMF"]:
            cap = self.observer.put_mutable(contents(format, 200_000), format)
            self.observer.link(root, format, cap)
        theirs = self.observer.mkdir()
        self.observer.link(root, "directory", theirs)
        objects = [root, theirs, *(self.observer.json(root, name)["ro_uri"] for name in ["file", "SDMF", "MDMF"])]
        for node in self.nodes[:2]:
            for cap in objects:
                for _, _, file in share_files([node], cap):
                    file.unlink()
        lines = truckee("deep-check", self.gateway.folder, "/repaired", "--repair", "--add-lease", "--json")
        results = [json.loads(line) for line in lines.splitlines()]
        for result in results[:-1]:
            # the gateway's own walk may have been there before
            after = result["check-and-repair-results"]["post-repair-results"]
            equal(after["summary"], "Healthy", f"repair of {'/'.join(result['path'])}")
        equal(len(results), len(objects) + 1, "what was met")
        all_healthy(self.observer, root)
        equal(self.observer.get(root, "file"), contents("repair", 300_000), "the file, read by Tahoe-LAFS")
        for format in ["SDMF", "MDMF"]:
            equal(self.observer.get(root, format), contents(format, 200_000), f"{format}, read by Tahoe-LAFS")

    def _damage(self):
        data = contents("damage", 300_000)
        self.door.put("damaged", data)
        cap = self.observer.json(self.gateway.root, "damaged")["ro_uri"]
        exercise.damage(self.nodes, cap, 1)
        equal(self.door.get("damaged"), data, "the file")
        for format in ["SDMF", "MDMF"]:
            data = contents(format, 200_000)
            cap = self.observer.put_mutable(data, format)
            self.observer.link(self.gateway.root, f"damaged {format}", cap)
            self.door.await_there(f"damaged {format}")
            for _, _, file in share_files(self.nodes, cap)[:3]:
                exercise.spoil_mutable(file)
            equal(self.door.get(f"damaged {format}"), data, format)

    def _node_down(self):
        self.door.put("before", contents("before", 300_000))
        down = self.nodes[2]
        down.kill()
        equal(self.door.get("before"), contents("before", 300_000), "a file from before")
        self.door.mkdir("down")
        self.door.put("down/file", contents("down", 300_000))
        self.door.put("down/file", contents("again", 200_000))
        self.door.rename("down/file", "down/renamed")
        down.start()
        self.observer.await_connected(NODES)
        equal(self.door.get("down/renamed"), contents("again", 200_000), "a file written meanwhile")
        equal(self.observer.get(self.gateway.root, "down/renamed"), contents("again", 200_000), "read by Tahoe-LAFS")
