"""Writes while a gateway is killed, and looks afterwards whether what was answered is there.

    killed_gateway_suite.py work PORT USER PASSWORD SEED JOURNAL     until the connection is lost
    killed_gateway_suite.py check PORT USER PASSWORD SEED JOURNAL

Every file is closed without waiting for the answer, and meanwhile renamed, linked or removed. The journal has a line
per answer.
"""

import asyncio
import json
import os
import random
import sys

import asyncssh

mode, port, user, password, seed, journal = sys.argv[1:]
PLANS = ("plain", "rename", "link", "over", "remove")
AT_ONCE = 3


def plan(i):
    return PLANS[random.Random(f"{seed}-{i}-plan").randrange(len(PLANS))]


def contents(i):
    chooser = random.Random(f"{seed}-{i}")
    return chooser.randbytes(chooser.choice([10, 4000, 300_000, 1_000_000]))


def name(i, kind):
    return f"kill-{seed}-{i}-{kind}"


REF = f"kill-{seed}-ref"


def connect():
    return asyncssh.connect("127.0.0.1", int(port), username=user, password=password, known_hosts=None, client_keys=None)


class Worker:
    def __init__(self, sftp, answers):
        self.sftp, self.answers = sftp, answers

    def answered(self, i, what):
        self.answers.write(json.dumps([i, what]) + "\n")
        self.answers.flush()

    async def put(self, i):
        kind = plan(i)
        first = name(i, "final" if kind == "plain" else "tmp")
        file = await self.sftp.open(first, "wb")
        await file.write(contents(i))
        closing = asyncio.ensure_future(file.close())
        await asyncio.sleep(0)
        final = name(i, "final")
        if kind == "rename":
            await self.sftp.posix_rename(first, final)
            self.answered(i, "renamed")
        elif kind == "over":
            await self.sftp.posix_rename(first, REF)
            self.answered(i, "renamed")
        elif kind == "link":
            await self.sftp.link(first, final)
            self.answered(i, "linked")
            await self.sftp.remove(first)
            self.answered(i, "removed")
        elif kind == "remove":
            await self.sftp.remove(first)
            self.answered(i, "removed")
        await closing
        self.answered(i, "closed")

    async def line(self, start):
        i = start
        while True:
            await self.put(i)
            i += AT_ONCE


async def work():
    async with connect() as connection, connection.start_sftp_client() as sftp:
        with open(journal, "a") as answers:
            print("working", flush=True)
            await asyncio.gather(*[Worker(sftp, answers).line(start) for start in range(AT_ONCE)])


async def read(sftp, path):
    try:
        async with sftp.open(path, "rb") as file:
            return await file.read()
    except asyncssh.SFTPNoSuchFile:
        return None


async def check():
    answers = {}
    with open(journal) as lines:
        for line in lines:
            if line.endswith("\n"):
                i, what = json.loads(line)
                answers.setdefault(i, set()).add(what)
    wrong = []
    async with connect() as connection, connection.start_sftp_client() as sftp:
        over = []
        for i in range(max(answers, default=0) + 2 * AT_ONCE):
            seen = answers.get(i, set())
            kind, whole = plan(i), contents(i)
            tmp, final = await read(sftp, name(i, "tmp")), await read(sftp, name(i, "final"))
            promised = seen & {"closed", "renamed", "linked"}
            for what, found in (("tmp", tmp), ("final", final)):
                if found is not None and found != whole:
                    wrong.append(f"{kind} {i}: {what} has {len(found)} of {len(whole)} bytes or others")
            if kind in ("plain", "rename", "link") and promised and final is None:
                wrong.append(f"{kind} {i}: final is not there although {sorted(seen)} were answered")
            if seen & {"renamed", "removed"} and tmp is not None:
                wrong.append(f"{kind} {i}: tmp is there although {sorted(seen)} were answered")
            if kind == "over":
                over.append((i, bool(promised)))
        ref = await read(sftp, REF)
        allowed = [contents(i) for i, _ in over]
        if any(promised for _, promised in over) and ref not in allowed:
            wrong.append(f"what was renamed over another is {'gone' if ref is None else 'not whole'}")
        for entry in await sftp.listdir("."):
            if ".unsaved-" in entry and entry.startswith(f"kill-{seed}-"):
                wrong.append(f"{entry} is there although nobody else wrote")
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(answers)} files, {sum(len(seen) for seen in answers.values())} answers kept")


if mode == "work":
    open(journal, "a").close()
    try:
        asyncio.run(work())
    except (OSError, asyncssh.Error) as lost:
        print(f"lost: {type(lost).__name__}")
else:
    asyncio.run(check())
