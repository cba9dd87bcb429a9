"""Both clients on three nodes of each kind, in the same files and the same directories."""

from .exercise import NAMES, TahoeDoor, equal
from .python_client import all_healthy, tree
from .shares import share_data, share_files, storage_index_text
from .sizes import KIB, MIB, EncodingOf, contents, sizes
from .table import Case, Group
from .tahoe import TahoeClient, TahoeStorage
from .truckee import TruckeeGateway, TruckeeIntroducer, TruckeeStorage, truckee

EACH = 3
CODED = EncodingOf(3, 4, 6)
CONVERGENCE = contents("convergence", 32)
FUTURE = {"rw_uri": "x-future-writable:abc", "ro_uri": "ro.x-future-readable:def"}


class MixedGrid(Group):
    direction = "Both clients on nodes of both kinds"

    def open(self):
        introducer = self.started(TruckeeIntroducer(self.folder / "introducer").create())
        self.ours = [
            self.started(TruckeeStorage(self.folder / f"truckee{number}").create(introducer)) for number in range(EACH)
        ]
        self.theirs = [self.started(TahoeStorage(self.folder / f"tahoe{number}").create()) for number in range(EACH)]
        self.nodes = [*self.ours, *self.theirs]
        servers = [node.address for node in self.nodes]
        self.client = self.started(
            TahoeClient(self.folder / "client").create(CODED, servers, convergence=CONVERGENCE)
        )
        self.gateway = self.started(
            TruckeeGateway(self.folder / "gateway").create(CODED, servers, convergence=CONVERGENCE)
        )
        self.door = self.closing.enter_context(self.gateway.door())
        self.root = self.gateway.root

    def cases(self):
        yield Case("one file, one secret: one capability and the same share bytes, segments of 1024 KiB", self._same)
        yield Case("the same, segments of 128 KiB", self._same_with_small_segments)
        yield Case("uploaded again by the other client: no further share", self._uploaded_twice)
        yield Case("Truckee's directories by tahoe ls, get, cp -r", self._our_directories)
        yield Case("Tahoe-LAFS's directories through Truckee's gateway", self._their_directories)
        yield Case("one directory changed by each in turn", self._in_turn)
        yield Case("files moved by Tahoe-LAFS between two of Truckee's directories", self._moved)
        yield Case("names in decomposed letters", self._decomposed)
        yield Case("a node of each kind lost: both read, Tahoe-LAFS repairs", self._repair)
        yield Case("a node of each kind lost: both read, Truckee repairs", self._our_repair)

    def _same(self):
        for length in sizes(MIB, large=False):
            data = contents("same", length)
            name = f"same {length}"
            if length % 2:
                self.door.put(name, data)
                cap = self.client.json(self.root, name)["ro_uri"]
            else:
                cap = self.client.put(data)
                self.client.link(self.root, name, cap)
                self.door.await_there(name)
                equal(self.door.get(name), data, name)
            self._equals_debug_encode(cap, data, MIB)

    def _same_with_small_segments(self):
        servers = [node.address for node in self.nodes]
        client = self.started(
            TahoeClient(self.folder / "small").create(CODED, servers, 128 * KIB, convergence=CONVERGENCE)
        )
        for length in sizes(128 * KIB, large=False):
            data = contents("small", length)
            cap = client.put(data)
            self.client.link(self.root, f"small {length}", cap)
            self.door.await_there(f"small {length}")
            equal(self.door.get(f"small {length}"), data, f"{length} bytes")
            self._equals_debug_encode(cap, data, 128 * KIB)
        client.stop()

    def _equals_debug_encode(self, cap, data, segment_bytes):
        """What clients store, byte for byte, is what `truckee debug encode` writes without any grid."""
        if cap.startswith("URI:LIT:"):
            return
        source, out = self.folder / "source", self.folder / f"encoded-{storage_index_text(cap)}"
        source.write_bytes(data)
        said = truckee(
            *("debug", "encode", source, "--out", out, "--required", CODED.needed, "--total", CODED.total),
            *("--segment-size", segment_bytes, "--convergence", CONVERGENCE.hex()),
        )
        equal(said.strip(), cap, "the capability")
        stored = share_files(self.nodes, cap)
        equal(sorted(share for _, share, _ in stored), list(range(CODED.total)), "shares")
        for node, share, file in stored:
            encoded = next(out.rglob(str(share)))
            equal(share_data(file), share_data(encoded), f"share {share} on {node.nickname}")

    def _uploaded_twice(self):
        for first, second in [(self._put_by_tahoe, self._put_by_us), (self._put_by_us, self._put_by_tahoe)]:
            data = contents(first.__name__, 70_000)
            cap = first(data)
            before = share_files(self.nodes, cap)
            equal(second(data), cap, "the capability")
            equal(share_files(self.nodes, cap), before, "share files")

    def _put_by_tahoe(self, data):
        return self.client.put(data)

    def _put_by_us(self, data):
        name = f"twice {data[0]}"
        self.door.put(name, data)
        return self.client.json(self.root, name)["ro_uri"]

    def _our_directories(self):
        self.door.mkdir("ours")
        self.door.mkdir("ours/below")
        wanted = {}
        for name, length in zip(NAMES, [0, 10, 55, 56, 4000, 100_000, 1, 2, 3, 4]):
            for path in [name, f"below/{name}"]:
                wanted[path] = contents(path, length)
                self.door.put(f"ours/{path}", wanted[path])
        (self.client.folder / "private" / "aliases").write_text(f"ours: {self.client.json(self.root, 'ours')['rw_uri']}\n")
        listed = set(self.client.command("ls", "ours:").splitlines())
        equal(listed - {".truckee"}, {*NAMES, "below"}, "ls")
        got = self.folder / "got"
        self.client.command("get", f"ours:below/{NAMES[3]}", got)
        equal(got.read_bytes(), wanted[f"below/{NAMES[3]}"], "get")
        self.client.command("cp", "-r", "ours:", self.folder / "copied")
        copied = {path: data for path, data in tree(self.folder / "copied").items() if ".truckee" not in path}
        equal({path.removeprefix("ours/"): data for path, data in copied.items()}, wanted, "cp -r")

    def _their_directories(self):
        theirs = self._tree_of_tahoe()
        self.client.link(self.root, "theirs", theirs)
        self.door.await_there("theirs")
        before = self.client.children(theirs)
        equal(self.door.list("theirs"), sorted(before), "names")
        equal(self.door.get("theirs/literal"), b"short", "a literal file")
        equal(self.door.get("theirs/文件"), contents("immutable", 5000), "an immutable file")
        for format in ["SDMF", "MDMF"]:
            equal(self.door.get(f"theirs/{format}"), contents(format, 5000), format)
        equal(self.door.list("theirs/fixed"), ["näme"], "an immutable directory")
        equal(self.door.get("theirs/fixed/näme"), contents("immutable", 5000), "a file in an immutable directory")
        equal(self.door.get("theirs/below/file"), contents("below", 3000), "a file in a subdirectory")
        attributes = self.door.sftp.stat("theirs/literal")
        changed = int(before["literal"][1]["metadata"]["tahoe"]["linkmotime"])
        equal((attributes.st_size, attributes.st_mtime), (5, changed), "size and time")
        self.door.put("theirs/added", contents("added", 3000))
        self.door.rename("theirs/文件", "theirs/umbenannt")
        after = self.client.children(theirs)
        equal(self.client.get(theirs, "added"), contents("added", 3000), "a file we added")
        equal(after["umbenannt"][1]["ro_uri"], before["文件"][1]["ro_uri"], "what we renamed")
        equal(after["umbenannt"][1]["metadata"]["own"], {"k": [1, "ü"]}, "metadata of what we renamed")
        for name in set(before) - {"文件"}:
            equal(after[name], before[name], f"{name}, which we did not touch")

    def _tree_of_tahoe(self):
        client = self.client
        file = client.put(contents("immutable", 5000))
        top = client.mkdir("mdmf")
        client.set_children(
            top,
            {
                "文件": ["filenode", {"ro_uri": file, "metadata": {"own": {"k": [1, "ü"]}}}],
                "literal": ["filenode", {"ro_uri": client.put(b"short")}],
                "SDMF": ["filenode", {"rw_uri": client.put_mutable(contents("SDMF", 5000), "SDMF")}],
                "MDMF": ["filenode", {"rw_uri": client.put_mutable(contents("MDMF", 5000), "MDMF")}],
                "fixed": ["dirnode", {"ro_uri": client.mkdir_immutable({"näme": ["filenode", {"ro_uri": file}]})}],
                "future": ["unknown", FUTURE],
            },
        )
        client.put_in(client.mkdir_in(top, "below"), "file", contents("below", 3000))
        return top

    def _in_turn(self):
        """Each puts, replaces, renames what it put and removes what the other put, and both see the same."""
        self.door.mkdir("turns")
        theirs = TahoeDoor(self.client, self.client.json(self.root, "turns")["rw_uri"])
        wanted = {}
        for turn in range(4):
            for me, other, put, rename, remove in [
                ("truckee", "tahoe", *changes(self.door, "turns/")),
                ("tahoe", "truckee", *changes(theirs, "")),
            ]:
                data = contents(me, 1000 + turn)
                put(f"{me} {turn}", data)
                put("both", data)
                rename(f"{me} {turn}", f"{me} renamed {turn}")
                wanted |= {f"{me} renamed {turn}": data, "both": data}
                if turn > 1:
                    remove(f"{other} renamed {turn - 2}")
                    wanted.pop(f"{other} renamed {turn - 2}")
                equal(self.door.await_list("turns", sorted(wanted)), sorted(wanted), f"names for Truckee after turn {turn} of {me}")
                equal(theirs.list(), sorted(wanted), f"names for Tahoe-LAFS after turn {turn} of {me}")
        for name, data in wanted.items():
            equal(self.door.get(f"turns/{name}"), data, f"{name}, read by Truckee")
            equal(theirs.get(name), data, f"{name}, read by Tahoe-LAFS")

    def _moved(self):
        """Into a new name, over another file and back; what is gone stays gone when we change the directories too."""
        for path in ["from", "to"]:
            self.door.mkdir(path)
        theirs = TahoeDoor(self.client, self.root)
        data = {name: contents(name, 3000) for name in ["one", "two", "three"]}
        for name in ["one", "two"]:
            self.door.put(f"from/{name}", data[name])
        self.door.put("to/three", data["three"])
        before = self.client.json(self.root, "from/one")
        theirs.rename("from/one", "to/eins")
        theirs.rename("from/two", "to/three")
        self._are("from", {})
        self._are("to", {"eins": data["one"], "three": data["two"]})
        equal(self.client.json(self.root, "to/eins")["ro_uri"], before["ro_uri"], "the capability")
        self.door.put("from/mine", data["three"])
        self.door.rename("to/eins", "to/zwei")
        theirs.rename("to/zwei", "from/zwei")
        self._are("from", {"mine": data["three"], "zwei": data["one"]})
        self._are("to", {"three": data["two"]})
        self.door.rename("from/zwei", "to/one")
        self._are("from", {"mine": data["three"]})
        self._are("to", {"one": data["one"], "three": data["two"]})

    def _are(self, path, wanted):
        """Both see these files and no others."""
        theirs = TahoeDoor(self.client, self.root)
        equal(self.door.await_list(path, sorted(wanted)), sorted(wanted), f"names in {path} for Truckee")
        equal(theirs.list(path), sorted(wanted), f"names in {path} for Tahoe-LAFS")
        for name, data in wanted.items():
            equal(self.door.await_contents(f"{path}/{name}", data), data, f"{path}/{name}, read by Truckee")
            equal(theirs.get(f"{path}/{name}"), data, f"{path}/{name}, read by Tahoe-LAFS")

    def _decomposed(self):
        """A letter and its accent are one character in a directory, whoever writes them."""
        self.door.mkdir("letters")
        theirs = TahoeDoor(self.client, self.client.json(self.root, "letters")["rw_uri"])
        ours, other = contents("ours", 100), contents("other", 100)
        self.door.put("letters/ne\u0301", ours)
        theirs.put("no\u0308", other)
        wanted = ["n\u00e9", "n\u00f6"]
        equal(self.door.await_list("letters", wanted), wanted, "names for Truckee")
        equal(theirs.list(), wanted, "names for Tahoe-LAFS")
        for name, data in [("n\u00e9", ours), ("ne\u0301", ours), ("n\u00f6", other), ("no\u0308", other)]:
            equal(self.door.get(f"letters/{name}"), data, f"{name!a}, read by Truckee")
            equal(theirs.get(name), data, f"{name!a}, read by Tahoe-LAFS")

    def _repair(self):
        self._lost_and_repaired(
            "repaired", lambda root: self.client.deep_check(root, repair="true", verify="true")
        )

    def _our_repair(self):
        self._lost_and_repaired(
            "repaired here",
            lambda _: truckee("deep-check", self.gateway.folder, "/repaired here", "--repair", "--verify"),
        )

    def _lost_and_repaired(self, name, repair):
        data = contents("repair", 300_000)
        self.door.mkdir(name)
        self.door.put(f"{name}/file", data)
        root = self.client.json(self.root, name)["rw_uri"]
        cap = self.client.json(root, "file")["ro_uri"]
        for node in [self.ours[0], self.theirs[0]]:
            for object in [root, cap]:
                for _, _, file in share_files([node], object):
                    file.unlink()
        equal(self.door.get(f"{name}/file"), data, "read by Truckee")
        equal(self.client.get(root, "file"), data, "read by Tahoe-LAFS")
        repair(root)
        all_healthy(self.client, root)
        equal(self.door.get(f"{name}/file"), data, "read by Truckee after the repair")
        self.door.put(f"{name}/more", data)
        equal(self.client.get(root, "more"), data, "read by Tahoe-LAFS after a change")


def changes(door, prefix):
    """put, rename and remove of a door, for names in one directory."""
    return (
        lambda name, data: door.put(prefix + name, data),
        lambda name, to: door.rename(prefix + name, prefix + to),
        lambda name: door.remove(prefix + name),
    )
