#!/usr/bin/env bash
# A mount with `-o reconnect` whose connection is cut while a file is written: sshfs_cut_suite.sh PORT USER WORK, with
# SSH_ASKPASS set. What was being written is not there, what was there is as it was, and the mount goes on.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/sshfs_checks.sh"
port=$1 user=$2 work=$3
mkdir -p "$work/mount"
printf '#!/bin/sh\necho $$ >%s/connection\nexec ssh "$@"\n' "$work" >"$work/ssh"
chmod +x "$work/ssh"
sshfs -f -p "$port" -o "ssh_command=$work/ssh" -o StrictHostKeyChecking=no,UserKnownHostsFile=/dev/null,LogLevel=ERROR \
    -o reconnect,dir_cache=no,attr_timeout=0,entry_timeout=0,negative_timeout=0 \
    "$user@127.0.0.1:/" "$work/mount" &
sshfs=$!
trap 'cd /; fusermount -u "$work/mount" 2>/dev/null || true; wait "$sshfs" || true' EXIT
until mountpoint -q "$work/mount"; do
    kill -0 "$sshfs" || fail "it does not mount"
    sleep 0.1
done
cd "$work/mount"
rm -f new old next
printf before >old
cat old >/dev/null
write() { # NAME: a part, a cut, another part, fsync; whether all of it succeeds
    python3 - "$1" "$work/connection" <<'PYTHON'
import os, signal, sys, time

def runs(process):
    try:
        with open(f"/proc/{process}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


with open(sys.argv[2]) as connection:
    process = int(connection.read())
file = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
os.write(file, bytes(3_000_000))
os.kill(process, signal.SIGKILL)
while runs(process):
    time.sleep(0.01)
try:
    os.write(file, bytes(3_000_000))
    os.fsync(file)
except OSError:
    sys.exit(1)
PYTHON
}
write new && fail "the writer was not told that its new file is lost"
printf after >next
[ "$(cat next)" = after ] || fail "the mount does not go on"
within 5 gone new # as soon as the gateway knows that the connection is lost
write old && fail "the writer was not told that its change is lost"
within 5 holds old before
printf again >old
[ "$(cat old)" = again ] || fail "a file that was cut cannot be written again"
rm old next
