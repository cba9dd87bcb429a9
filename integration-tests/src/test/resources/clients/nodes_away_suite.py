"""What a gateway does while nodes are away: an answer, of whatever kind, within 30 seconds.

    nodes_away_suite.py before PORT USER PASSWORD                  makes what is needed while they are there
    nodes_away_suite.py away PORT USER PASSWORD WHEN [REFUSED...]  does everything; that and no more must be refused

Prints how long each answer took.
"""

import asyncio
import sys
import time

import asyncssh

from grid_files import connect, read, write

mode, port, user, password = sys.argv[1:5]
WITHIN_SECONDS = 30
CONTENTS = b"some of it " * 300_000


async def before(sftp):
    await sftp.mkdir("away")
    for i in range(4):
        await write(sftp, f"away/file{i}", str(i).encode() + CONTENTS)
        await sftp.mkdir(f"away/directory{i}")


async def away(sftp, when, refused):
    i = int(when[-1])

    async def get():
        assert await read(sftp, f"away/file{i}") == str(i).encode() + CONTENTS

    async def look():
        assert f"file{i}" in await sftp.listdir("away")

    wrong = []
    for name, work in (
        ("ls", look),
        ("ls of a directory that nobody has looked at", lambda: sftp.listdir(f"away/directory{i}")),
        ("stat", lambda: sftp.stat(f"away/file{i}")),
        ("get", get),
        ("mkdir", lambda: sftp.mkdir(f"away/new{i}")),
        ("put", lambda: write(sftp, f"away/put{i}", when.encode() + CONTENTS)),
        ("put of a small file", lambda: write(sftp, f"away/small{i}", when.encode())),
        ("mv", lambda: sftp.rename(f"away/directory{i}", f"away/moved{i}")),
    ):
        began = time.monotonic()
        why = ""
        try:
            await work()
        except asyncssh.SFTPError as refusal:
            why = f", refused: {refusal.reason}"
        took = time.monotonic() - began
        print(f"{when}: {name}: {took:.1f} s{why}")
        if took > WITHIN_SECONDS:
            wrong.append(f"{name} took too long")
        if bool(why) != (name.replace(" of a small file", "") in refused):
            wrong.append(f"{name} should {'not ' if why else ''}have been refused")
    if wrong:
        sys.exit("; ".join(wrong))


async def main():
    async with connect(port, user, password) as connection, connection.start_sftp_client() as sftp:
        await (before(sftp) if mode == "before" else away(sftp, sys.argv[5], sys.argv[6:]))


asyncio.run(main())
