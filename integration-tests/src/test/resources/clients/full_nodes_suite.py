"""What a gateway says and does when its nodes take nothing more.

    full_nodes_suite.py before PORT USER PASSWORD       makes what is needed while they do
    full_nodes_suite.py full PORT USER PASSWORD
"""

import asyncio
import sys

import asyncssh

from grid_files import connect, read, write

mode, port, user, password = sys.argv[1:]


async def before(sftp):
    await sftp.mkdir("full")
    await sftp.mkdir("full/empty")
    for name in ("a", "b", "c"):
        await write(sftp, f"full/{name}", b"before " * 100)


async def full(sftp, connection):
    try:
        await write(sftp, "full/a", b"after " * 100)
        sys.exit("a full grid took a file")
    except asyncssh.SFTPFailure as refusal:
        assert "the gateway keeps the file and stores it when it can" in refusal.reason, refusal.reason
        print(refusal.reason)
    assert await read(sftp, "full/a") == b"after " * 100
    assert await read(sftp, "full/c") == b"before " * 100
    await sftp.remove("full/b")
    await sftp.rename("full/c", "full/d")
    await sftp.rmdir("full/empty")
    names = sorted(name for name in await sftp.listdir("full") if not name.startswith("."))
    assert names == ["a", "d"], names
    figures = (await connection.run("df", check=True)).stdout.splitlines()[-1].split()
    assert figures[1:4] == ["0", "0", "0"], figures


async def main():
    async with connect(port, user, password) as connection, connection.start_sftp_client() as sftp:
        await (before(sftp) if mode == "before" else full(sftp, connection))


asyncio.run(main())
