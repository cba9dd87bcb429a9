"""What asyncssh does with a server: python asyncssh_suite.py PORT USER PASSWORD. Ends with an assertion, or silently."""

import asyncio
import random
import sys

import asyncssh

port, user, password = int(sys.argv[1]), sys.argv[2], sys.argv[3]


async def refused(awaitable, kind=asyncssh.SFTPError):
    try:
        await awaitable
    except kind as refusal:
        return refusal.reason
    raise AssertionError("it should have been refused")


async def suite(connection):
    sftp = await connection.start_sftp_client()
    await sftp.mkdir("asyncssh")
    seeded = random.Random(2)

    # many at once on one channel
    contents = {f"asyncssh/f{i}": seeded.randbytes(seeded.randrange(0, 100_000)) for i in range(40)}

    async def write(name, data):
        async with sftp.open(name, "wb") as file:
            await file.write(data)

    async def read(name):
        async with sftp.open(name, "rb") as file:
            return await file.read()

    await asyncio.gather(*(write(name, data) for name, data in contents.items()))
    assert sorted(await sftp.listdir("asyncssh")) == sorted(name[9:] for name in contents)
    back = await asyncio.gather(*(read(name) for name in contents))
    assert back == list(contents.values())

    # pipelined in both directions, out of order
    large = seeded.randbytes(8_000_000)
    async with sftp.open("asyncssh/large", "wb+") as file:
        pieces = list(range(0, len(large), 250_000))
        seeded.shuffle(pieces)
        await asyncio.gather(*(file.write(large[at : at + 250_000], at) for at in pieces))
        await file.fsync()
        assert (await sftp.stat("asyncssh/large")).size == len(large)
        got = await asyncio.gather(*(file.read(250_000, at) for at in pieces))
        assert all(large[at : at + 250_000] == data for at, data in zip(pieces, got))
        figures = await file.statvfs()
        assert figures.bavail > 0
    figures = await sftp.statvfs("/")
    assert 0 < figures.bavail <= figures.blocks and figures.namemax == 255

    # what the server can beside version 3
    assert sftp.limits.max_read_len >= 32768 and sftp.limits.max_write_len >= 32768
    await sftp.link("asyncssh/large", "asyncssh/second")
    await refused(sftp.link("asyncssh/large", "asyncssh/second"))
    await refused(sftp.link("asyncssh", "asyncssh/third"))
    assert (await sftp.stat("asyncssh/second")).size == len(large)
    assert sftp.supports_remote_copy
    await sftp.remote_copy("asyncssh/large", "asyncssh/copy")
    assert await read("asyncssh/copy") == large
    await sftp.posix_rename("asyncssh/copy", "asyncssh/second")
    await refused(sftp.rename("asyncssh/large", "asyncssh/second"))
    await sftp.setstat("asyncssh/second", asyncssh.SFTPAttrs(permissions=0o600), follow_symlinks=False)
    assert (await sftp.stat("asyncssh/second")).permissions & 0o7777 == 0o600
    await sftp.truncate("asyncssh/second", 3)
    assert await read("asyncssh/second") == large[:3]
    assert await sftp.realpath("asyncssh/../asyncssh/./f1") == b"/asyncssh/f1" or await sftp.realpath(
        "asyncssh/../asyncssh/./f1"
    ) == "/asyncssh/f1"
    await refused(sftp.stat("asyncssh/nothing"), asyncssh.SFTPNoSuchFile)
    await refused(sftp.symlink("a", "asyncssh/b"), asyncssh.SFTPOpUnsupported)
    await sftp.rmtree("asyncssh")
    await refused(sftp.stat("asyncssh"), asyncssh.SFTPNoSuchFile)

    # sums without reading
    async with sftp.open("sum", "wb") as file:
        await file.write(b"hello")
    for command, sum in (
        ("md5sum", "5d41402abc4b2a76b9719d911017c592"),
        ("sha1sum", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"),
        ("sha256sum", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
    ):
        result = await connection.run(f"{command} /sum", check=True)
        assert result.stdout == f"{sum}  /sum\n", result.stdout
    assert "Available" in (await connection.run("df -k /", check=True)).stdout
    await sftp.remove("sum")


async def main():
    async with asyncssh.connect(
        "127.0.0.1", port, username=user, password=password, known_hosts=None, client_keys=None
    ) as connection:
        await suite(connection)


asyncio.run(main())
