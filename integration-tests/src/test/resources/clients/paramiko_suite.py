"""What paramiko does with a server: python paramiko_suite.py PORT USER PASSWORD. Ends with an assertion, or silently."""

import io
import os
import random
import stat
import sys

import paramiko

port, user, password = int(sys.argv[1]), sys.argv[2], sys.argv[3]
client = paramiko.SSHClient()
client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
client.connect("127.0.0.1", port, user, password, look_for_keys=False, allow_agent=False)
sftp = client.open_sftp()


def refused(call, *arguments):
    try:
        call(*arguments)
    except IOError as refusal:
        return str(refusal)
    raise AssertionError(f"{call.__name__}{arguments} should have been refused")


sftp.mkdir("paramiko")
sftp.chdir("paramiko")
assert sftp.getcwd() == "/paramiko"

# names that do not exist yet, outside of ASCII
refused(sftp.stat, "größe")
with sftp.open("größe 日本", "w") as file:
    file.write("x")
assert "größe 日本" in sftp.listdir()

# every way to open
refused(sftp.open, "nothing", "r")
refused(sftp.open, "nothing", "r+")
with sftp.open("new", "wx") as file:
    file.write(b"exclusive")
refused(sftp.open, "new", "wx")
with sftp.open("empty", "x"):
    pass
assert sftp.stat("empty").st_size == 0
refused(sftp.open, "empty", "x")
with sftp.open("new", "a") as file:
    file.write(b", appended")
with sftp.open("new", "r+") as file:
    file.seek(3)
    file.write(b"LUS")
with sftp.open("new") as file:
    assert file.read() == b"excLUSive, appended"
with sftp.open("new", "w") as file:
    assert sftp.stat("new").st_size == 0
    file.write(b"short")
    file.flush()
    assert file.stat().st_size == 5
    assert sftp.stat("new").st_size == 5
refused(sftp.open, "nowhere/f", "w")
refused(sftp.open, ".", "r")

# two handles on one file
reader = sftp.open("new", "r")
writer = sftp.open("new", "r+")
writer.write(b"SH")
assert reader.read() == b"SHort"
writer.close()
reader.close()

# anywhere, in any order, against an array in memory
seeded = random.Random(1)
model = bytearray()
with sftp.open("random", "w+") as file:
    file.set_pipelined(True)
    for step in range(300):
        at = seeded.randrange(0, 200_000)
        data = seeded.randbytes(seeded.randrange(1, 70_000))
        model.extend(bytes(max(0, at + len(data) - len(model))))
        model[at : at + len(data)] = data
        file.seek(at)
        file.write(data)
    file.set_pipelined(False)
    file.seek(0)
    assert file.read() == bytes(model)
    file.truncate(100_000)
    del model[100_000:]
sftp.truncate("random", 150_000)
model.extend(bytes(50_000))
with sftp.open("random") as file:
    chunks = [(0, 10), (149_990, 10), (70_000, 40_000), (5, 1)]
    assert [bytes(c) for c in file.readv(chunks)] == [bytes(model[a : a + n]) for a, n in chunks]
    file.seek(200_000)
    assert file.read(10) == b""

# large ones, pipelined both ways
large = seeded.randbytes(5_000_000)
sftp.putfo(io.BytesIO(large), "large", confirm=True)
back = io.BytesIO()
sftp.getfo("large", back)
assert back.getvalue() == large

# attributes
sftp.chmod("new", 0o640)
sftp.utime("new", (1_000_000_000, 1_100_000_000))
status = sftp.stat("new")
assert stat.S_IMODE(status.st_mode) == 0o640 and stat.S_ISREG(status.st_mode)
assert (status.st_atime, status.st_mtime) == (1_000_000_000, 1_100_000_000)
assert sftp.lstat("new").st_mtime == 1_100_000_000
sftp.chmod("new", 0o400)
refused(sftp.open, "new", "w")
sftp.rename("new", "newer")
sftp.remove("newer")

# names
sftp.mkdir("d")
refused(sftp.mkdir, "d")
sftp.putfo(io.BytesIO(b"a"), "d/a")
sftp.putfo(io.BytesIO(b"b"), "d/b")
refused(sftp.rename, "d/a", "d/b")
sftp.posix_rename("d/a", "d/b")
assert sftp.listdir("d") == ["b"]
sftp.mkdir("e")
refused(sftp.posix_rename, "d/b", "e")
sftp.rmdir("e")
refused(sftp.rmdir, "d")
refused(sftp.remove, "d")
refused(sftp.rmdir, "d/b")
assert "link" in refused(sftp.symlink, "d/b", "link")
refused(sftp.readlink, "d/b")
refused(sftp.stat, "x" * 300)
refused(sftp.stat, "zero\0byte")
entry = [entry for entry in sftp.listdir_attr(".") if entry.filename == "d"][0]
assert entry.longname.startswith("drwxrwxrwx 1 tahoe tahoe "), entry.longname
sftp.remove("d/b")
sftp.rmdir("d")
refused(sftp.stat, "d")

# only what copying tools need runs beside
for line in ("id", "md5sum /paramiko/large; id", "/bin/sh"):
    _, out, errors = client.exec_command(line)
    assert out.channel.recv_exit_status() == 127 and b"only md5sum" in errors.read(), line
try:
    client.invoke_shell()
    raise AssertionError("there should be no shell")
except paramiko.SSHException:
    pass
client.close()
