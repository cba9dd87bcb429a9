"""Nodes of Truckee, driven by its command line, and its gateway, driven over SFTP."""

import io
import stat
import subprocess
import time
from pathlib import Path

import paramiko

from .address import Address, base32
from .processes import Process, free_port
from .sizes import EncodingOf
from .tahoe import static_servers

COMMAND = Path(__file__).resolve().parents[2] / "truckee"
USER = "someone"
PASSWORD = "something"
SFTP_SECONDS = 120
CHANGE_SECONDS = 10


def truckee(*arguments, stdin=None):
    """What a `truckee` command prints; a command that fails is an exception."""
    done = subprocess.run(
        [COMMAND, *(str(argument) for argument in arguments)], input=stdin or b"", capture_output=True, timeout=300
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        raise AssertionError(f"truckee {arguments[0]} ended with {done.returncode}: {said[-1500:]}")
    return done.stdout.decode()


class TruckeeNode:
    """A node of Truckee on a directory of its own."""

    def __init__(self, folder: Path):
        self.nickname = folder.name
        self.folder = folder
        self._process = Process(
            self.nickname,
            [COMMAND, "run", folder],
            folder.with_suffix(".log"),
            {"TRUCKEE_SFTP_USER": USER, "TRUCKEE_SFTP_PASSWORD": PASSWORD},
        )

    def start(self):
        self._process.start()
        self._process.await_said("ready ")
        return self

    def stop(self):
        self._process.stop()

    def kill(self):
        self._process.kill()

    def freeze(self):
        self._process.freeze()

    def thaw(self):
        self._process.thaw()

    close = stop


class TruckeeIntroducer(TruckeeNode):
    def create(self):
        truckee("create-introducer", self.folder, "--hostname", "127.0.0.1", *ports())
        return self

    @property
    def furl(self):
        return truckee("show-furl", self.folder).split()[0]


class TruckeeStorage(TruckeeNode):
    """A storage node."""

    @property
    def shares(self):
        return self.folder / "storage" / "shares"

    @property
    def address(self):
        return Address.of(self.nickname, self.folder)

    def create(self, introducer):
        truckee(
            *("create-storage-node", self.folder, "--nickname", self.nickname, "--hostname", "127.0.0.1"),
            *("--introducer", introducer.furl, "--reserved-space", "0", *ports()),
        )
        return self


class TruckeeGateway(TruckeeNode):
    """A gateway that knows its servers from `private/servers.yaml`."""

    def create(self, encoding: EncodingOf, servers, convergence=None, with_nurls=True):
        self._sftp = free_port()
        truckee(
            *("create-gateway", self.folder, "--nickname", self.nickname, "--webport", free_port()),
            *("--shares-needed", encoding.needed, "--shares-happy", encoding.happy),
            *("--shares-total", encoding.total, "--sftp-port", self._sftp),
        )
        private = self.folder / "private"
        (private / "servers.yaml").write_text(static_servers(servers, with_nurls))
        if convergence:
            (private / "convergence").write_text(base32(convergence) + "\n")
        return self

    @property
    def root(self):
        """The capability of the root directory."""
        return (self.folder / "private" / "accounts").read_text().split()[-1]

    def door(self):
        return SftpDoor(self._sftp)


class SftpDoor:
    """The files of a gateway, over SFTP."""

    def __init__(self, port):
        self._transport = paramiko.Transport(("127.0.0.1", port))
        self._transport.connect(username=USER, password=PASSWORD)
        self.sftp = paramiko.SFTPClient.from_transport(self._transport)
        self.sftp.get_channel().settimeout(SFTP_SECONDS)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._transport.close()

    def put(self, path, data):
        self.sftp.putfo(io.BytesIO(data), path, confirm=False)

    def get(self, path):
        received = io.BytesIO()
        self.sftp.getfo(path, received)
        return received.getvalue()

    def await_there(self, path):
        """Waits for a name that somebody else has just linked: a gateway believes for two seconds what it last saw."""
        end = time.monotonic() + CHANGE_SECONDS
        while True:
            try:
                return self.sftp.stat(path)
            except FileNotFoundError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def await_contents(self, path, wanted):
        """What a file holds that somebody else has just changed, at last if that does not become `wanted`."""
        end = time.monotonic() + CHANGE_SECONDS
        while (data := self.get(path)) != wanted and time.monotonic() < end:
            time.sleep(0.1)
        return data

    def await_list(self, path, wanted):
        """What a directory holds that somebody else has just changed, at last if that does not become `wanted`."""
        end = time.monotonic() + CHANGE_SECONDS
        while (names := self.list(path)) != wanted and time.monotonic() < end:
            time.sleep(0.1)
        return names

    def write_at(self, path, offset, data):
        with self.sftp.open(path, "r+b") as file:
            file.seek(offset)
            file.write(data)

    def list(self, path=""):
        return sorted(self.sftp.listdir(path or "."))

    def mkdir(self, path):
        self.sftp.mkdir(path)

    def rename(self, path, to):
        self.sftp.rename(path, to)

    def remove(self, path):
        if stat.S_ISDIR(self.sftp.lstat(path).st_mode):
            self.sftp.rmdir(path)
        else:
            self.sftp.remove(path)


def ports():
    return "--port", free_port(), "--webport", free_port()
