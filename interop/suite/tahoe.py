"""Nodes and clients of Tahoe-LAFS itself, driven by its command line and its web API."""

import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote, urlencode

from .address import Address, base32
from .processes import Process, free_port, until
from .sizes import EncodingOf

TAHOE = Path(sys.executable).with_name("tahoe")
REQUEST_SECONDS = 120


def tahoe(*arguments):
    """What a `tahoe` command prints; a command that fails is an exception."""
    done = subprocess.run(
        [TAHOE, *(str(argument) for argument in arguments)], stdin=subprocess.DEVNULL, capture_output=True, timeout=300
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        raise AssertionError(f"tahoe {arguments[0]} ended with {done.returncode}: {said[-1500:]}")
    return done.stdout.decode()


class WebError(Exception):
    """An answer of the web API that is not a success."""

    def __init__(self, code, text):
        shown = " ".join(re.sub(r"<style.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL).split())
        super().__init__(f"{code}: {shown[:200]} ... {shown[-400:]}" if len(shown) > 600 else f"{code}: {shown}")
        self.code = code


class TahoeNode:
    """A node of Tahoe-LAFS on a directory of its own."""

    def __init__(self, folder: Path):
        self.nickname = folder.name
        self.folder = folder
        self._process = Process(
            self.nickname, [TAHOE, "run", "--allow-stdin-close", folder], folder.with_suffix(".log")
        )

    def start(self):
        self._process.start()
        self._process.await_said("client running")
        return self

    def stop(self):
        self._process.stop()

    def kill(self):
        self._process.kill()

    close = stop


class TahoeStorage(TahoeNode):
    """A storage node."""

    @property
    def shares(self):
        return self.folder / "storage" / "shares"

    @property
    def address(self):
        return Address.of(self.nickname, self.folder)

    def create(self):
        port = free_port()
        tahoe(
            *("create-node", "--nickname", self.nickname, "--webport", f"tcp:{free_port()}:interface=127.0.0.1"),
            *("--port", f"tcp:{port}:interface=127.0.0.1", "--location", f"tcp:127.0.0.1:{port}", self.folder),
        )
        return self


class TahoeClient(TahoeNode):
    """A client without storage that knows its servers from `private/servers.yaml`."""

    def create(self, encoding: EncodingOf, servers, segment_bytes=None, convergence=None):
        self._web = free_port()
        self._servers = servers
        tahoe(
            *("create-client", "--nickname", self.nickname, "--webport", f"tcp:{self._web}:interface=127.0.0.1"),
            *("--shares-needed", encoding.needed, "--shares-happy", encoding.happy),
            *("--shares-total", encoding.total, self.folder),
        )
        if segment_bytes:
            self._configure(f"shares._max_immutable_segment_size_for_testing = {segment_bytes}")
        private = self.folder / "private"
        (private / "servers.yaml").write_text(static_servers(servers))
        if convergence:
            (private / "convergence").write_text(base32(convergence) + "\n")
        return self

    def _configure(self, line):
        file = self.folder / "tahoe.cfg"
        file.write_text(file.read_text().replace("[client]\n", f"[client]\n{line}\n", 1))

    def start(self):
        super().start()
        return self.await_connected(len(self._servers))

    def await_connected(self, count):
        def connected():
            servers = json.loads(self.request("GET", "/?t=json"))["servers"]
            return sum(server["connection_status"] == "connected" for server in servers) == count

        until(connected, f"{self.nickname} is not connected to {count} servers by HTTPS")
        return self

    # web API

    def request(self, method, path, body=None, headers=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._web}{path}", data=body, method=method, headers=headers or {}
        )
        try:
            with urllib.request.urlopen(request, timeout=REQUEST_SECONDS) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            raise WebError(error.code, error.read().decode("utf-8", "replace")) from None

    def post(self, path, **arguments):
        return self.request("POST", f"{path}?{urlencode(arguments)}", b"")

    def put(self, data):
        """Stores an immutable file; the capability."""
        return self.request("PUT", "/uri", data).decode()

    def put_mutable(self, data, format):
        return self.request("PUT", f"/uri?format={format}", data).decode()

    def get(self, cap, path="", span=None):
        """The bytes of a file, or those in span, [begin, end)."""
        headers = {"Range": f"bytes={span[0]}-{span[1] - 1}"} if span else {}
        return self.request("GET", at(cap, path), headers=headers)

    def overwrite(self, cap, data, offset=None):
        suffix = "" if offset is None else f"?offset={offset}"
        return self.request("PUT", at(cap) + suffix, data).decode()

    def mkdir(self, format="sdmf"):
        return self.post("/uri", t="mkdir", format=format).decode()

    def mkdir_immutable(self, children):
        body = json.dumps(children).encode()
        return self.request("POST", "/uri?t=mkdir-immutable", body).decode()

    def mkdir_in(self, cap, name):
        return self.post(at(cap), t="mkdir", name=name).decode()

    def put_in(self, cap, name, data):
        return self.request("PUT", at(cap, name), data).decode()

    def link(self, cap, name, child):
        return self.request("PUT", at(cap, name) + "?t=uri", child.encode()).decode()

    def set_children(self, cap, children):
        self.request("POST", at(cap) + "?t=set-children", json.dumps(children).encode())

    def rename(self, cap, name, to):
        self.post(at(cap), t="rename", from_name=name, to_name=to)

    def relink(self, cap, name, to_directory, to):
        self.post(at(cap), t="relink", from_name=name, to_dir=to_directory, to_name=to)

    def unlink(self, cap, name):
        self.request("DELETE", at(cap, name))

    def json(self, cap, path=""):
        return json.loads(self.request("GET", at(cap, path) + "?t=json"))[1]

    def children(self, cap):
        return self.json(cap)["children"]

    def check(self, cap, **arguments):
        return json.loads(self.post(at(cap), t="check", output="JSON", **arguments))

    def deep_check(self, cap, **arguments):
        """One result per object below a directory."""
        lines = self.post(at(cap), t="stream-deep-check", **arguments).decode().splitlines()
        results = [json.loads(line) for line in lines if line.startswith("{")]
        assert len(results) == len([line for line in lines if line]), f"deep-check said {lines[-1]}"
        return [result for result in results if result["type"] != "stats"]

    def command(self, name, *arguments):
        """A command of `tahoe` that uses this client as its gateway."""
        return tahoe("-d", self.folder, name, *arguments)


def at(cap, path=""):
    """Where the web API keeps a capability, or what lies below it."""
    below = "/".join(quote(name, safe="") for name in path.split("/")) if path else ""
    return "/uri/" + quote(cap, safe="") + (f"/{below}" if below else "")


def static_servers(servers, with_nurls=True):
    """`private/servers.yaml`; JSON is YAML."""
    entries = {server.server_id: {"ann": server.announcement(with_nurls)} for server in servers}
    return json.dumps({"storage": entries}, indent=1) + "\n"
