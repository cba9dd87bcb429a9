"""What suites with asyncssh do to files of a gateway on this machine."""

import asyncssh


def connect(port, user, password):
    return asyncssh.connect(
        "127.0.0.1", int(port), username=user, password=password, known_hosts=None, client_keys=None
    )


async def write(sftp, name, contents):
    async with sftp.open(name, "wb") as file:
        await file.write(contents)


async def read(sftp, name):
    async with sftp.open(name, "rb") as file:
        return await file.read()
