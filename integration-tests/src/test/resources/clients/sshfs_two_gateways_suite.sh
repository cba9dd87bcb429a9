#!/usr/bin/env bash
# Two folders that sshfs mounts through two gateways of one tree: sshfs_two_gateways_suite.sh PORT PORT USER WORK, with
# SSH_ASKPASS set.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/sshfs_checks.sh"
one=$1 other=$2 user=$3 work=$4
mkdir -p "$work/one" "$work/other"
mount() { # PORT FOLDER; nothing is remembered by the mount itself
    sshfs -p "$1" -o StrictHostKeyChecking=no,UserKnownHostsFile=/dev/null,LogLevel=ERROR \
        -o dir_cache=no,attr_timeout=0,entry_timeout=0,negative_timeout=0 "$user@127.0.0.1:/" "$2"
}
trap 'cd /; fusermount -u "$work/one" 2>/dev/null; fusermount -u "$work/other" 2>/dev/null || true' EXIT
mount "$one" "$work/one"
mount "$other" "$work/other"
cd "$work"
mkdir one/shared
within 3 test -d other/shared
writes() { # FOLDER NAME
    for i in $(seq 30); do printf '%s %s' "$2" "$i" >"$1/shared/$2$i"; done
    sync -f "$1/shared" || true
}
writes one a & first=$!
writes other b & second=$!
wait "$first" || fail "a file could not be written through the first gateway"
wait "$second" || fail "a file could not be written through the other gateway"
complete() { [ "$(ls "$1/shared" | wc -l)" = 60 ]; }
within 5 complete one
within 5 complete other
for i in $(seq 30); do
    [ "$(cat "other/shared/a$i")" = "a $i" ] || fail "a$i through the other gateway"
    [ "$(cat "one/shared/b$i")" = "b $i" ] || fail "b$i through the other gateway"
done
printf before >one/shared/file
within 3 holds other/shared/file before
printf after >other/shared/file
within 3 holds one/shared/file after
rm one/shared/file
within 3 gone other/shared/file
# one of the two gets the lock
lock() { (set -C && echo "$1" >"$1/shared/lock") 2>/dev/null; }
lock one & a=$!
lock other & b=$!
got=0
wait "$a" && got=$((got + 1))
wait "$b" && got=$((got + 1))
[ "$got" = 1 ] || fail "$got got the lock"
rm -f one/shared/lock
rm -r one/shared
within 3 gone other/shared
