"""Writes a file and never closes it: lost_connection_suite.py PORT USER PASSWORD NAME. Says `written` and waits."""

import asyncio
import sys

import asyncssh

port, user, password, name = sys.argv[1:]


async def main():
    async with asyncssh.connect(
        "127.0.0.1", int(port), username=user, password=password, known_hosts=None, client_keys=None
    ) as connection, connection.start_sftp_client() as sftp:
        file = await sftp.open(name, "wb")
        await file.write(b"never closed " * 10_000)
        print("written", flush=True)
        await asyncio.Event().wait()


asyncio.run(main())
