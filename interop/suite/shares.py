"""Share files on a storage node's disk, read and written by Tahoe-LAFS's own code."""

from pathlib import Path

from allmydata import uri
from allmydata.storage.common import si_b2a, storage_index_to_dir
from allmydata.storage.immutable import ShareFile
from allmydata.storage.immutable_schema import schema_from_version as immutable_schema
from allmydata.storage.lease import LeaseInfo
from allmydata.storage.mutable import MutableShareFile
from allmydata.storage.mutable_schema import ALL_SCHEMAS as MUTABLE_SCHEMAS
from allmydata.storage.shares import get_share_file

WHOLE = 1 << 62
IMMUTABLE_HEADER_BYTES = 12


def storage_index(cap):
    return uri.from_string(cap.encode()).get_storage_index()


def folder_of(node, cap):
    return Path(node.shares) / storage_index_to_dir(storage_index(cap))


def share_files(nodes, cap):
    """All share files of an object, as (node, share number, file)."""
    return [
        (node, share, folder_of(node, cap) / str(share))
        for node in nodes
        if folder_of(node, cap).is_dir()
        for share in sorted(int(file.name) for file in folder_of(node, cap).iterdir() if file.name.isdecimal())
    ]


def share_data(file):
    """What a share holds, without its container."""
    share = get_share_file(str(file))
    if isinstance(share, MutableShareFile):
        return share.readv([(0, WHOLE)])[0]
    return share.read_share_data(0, file.stat().st_size)


def leases(file):
    return list(get_share_file(str(file)).get_leases())


def flip(file, offset):
    """One bit of a file, offset bytes from its begin or, negative, from its end."""
    data = bytearray(file.read_bytes())
    data[offset] ^= 1
    file.write_bytes(data)


def truncate(file):
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def overwrite_with_rubbish(file):
    file.write_bytes(b"this is not a share")


def advisories(node):
    folder = Path(node.folder) / "storage" / "corruption-advisories"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def storage_index_text(cap):
    return si_b2a(storage_index(cap)).decode()


def make_old(file):
    """Rewrites a share in a container of version 1, in which leases hold secrets instead of their hashes. The secrets
    cannot be had back from hashes, so it gets others."""
    data, lease = share_data(file), lease_of_nobody()
    share = get_share_file(str(file))
    if isinstance(share, MutableShareFile):
        with file.open("rb") as opened:
            enabler, node = share._read_write_enabler_and_nodeid(opened)
        file.unlink()
        old = MutableShareFile(str(file), schema=next(one for one in MUTABLE_SCHEMAS if one.version == 1), parent=Quiet())
        old.create(node, enabler)
        old.writev([(0, data)], None)
        old.add_lease(WHOLE, lease)
    else:
        file.unlink()
        old = ShareFile(str(file), max_size=len(data), create=True, schema=immutable_schema(1))
        old.write_share_data(0, data)
        old.add_lease(lease)


class Quiet:
    def log(self, *_, **__):
        pass


def lease_of_nobody():
    return LeaseInfo(
        owner_num=1, renew_secret=b"r" * 32, cancel_secret=b"c" * 32, expiration_time=2_000_000_000, nodeid=b"n" * 20
    )
