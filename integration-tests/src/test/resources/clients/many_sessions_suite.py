"""Puts and gets a file of 10 MB in each of many sessions at once: many_sessions_suite.py PORT USER PASSWORD SESSIONS.

Prints how long it took. Ends with an assertion, or says nothing else.
"""

import asyncio
import random
import sys
import time

import asyncssh

port, user, password, sessions = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])


async def session(i):
    contents = random.Random(i).randbytes(10_000_000)
    async with asyncssh.connect(
        "127.0.0.1", port, username=user, password=password, known_hosts=None, client_keys=None, login_timeout=120
    ) as connection, connection.start_sftp_client() as sftp:
        async with sftp.open(f"many{i}", "wb") as file:
            await file.write(contents)
        async with sftp.open(f"many{i}", "rb") as file:
            assert await file.read() == contents, f"session {i} got something else back"


async def all_at_once():
    await asyncio.gather(*(session(i) for i in range(sessions)))


began = time.monotonic()
asyncio.run(all_at_once())
print(f"{sessions} sessions at once, each put and get of 10 MB: {time.monotonic() - began:.1f} s")
