#!/usr/bin/env bash
# What people do in a folder that sshfs mounts: sshfs_suite.sh PORT USER WORK, with SSH_ASKPASS set. WORK/mount is free
# again in the end.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/sshfs_checks.sh"
port=$1 user=$2 work=$3
mkdir -p "$work/mount"
mount() {
    sshfs -p "$port" -o StrictHostKeyChecking=no,UserKnownHostsFile=/dev/null,LogLevel=ERROR "$user@127.0.0.1:/" "$work/mount"
}
trap 'fusermount -u "$work/mount" 2>/dev/null || true' EXIT
refused() { ! "$@" 2>/dev/null || fail "should have been refused: $*"; }

mount
cd "$work/mount"
mkdir sshfs && cd sshfs

mkdir -p "$work/tree/deep/er"
for i in $(seq 60); do head -c $((i * 997)) /dev/urandom >"$work/tree/file $i"; done
printf 'größe' >"$work/tree/deep/er/größe"
chmod 640 "$work/tree/file 1"
touch -d '2001-02-03 04:05:06 UTC' "$work/tree/file 2" "$work/tree/deep"
cp -a "$work/tree" .
diff -r "$work/tree" tree
[ "$(stat -c '%Y %a' "tree/file 2")" = "$(stat -c '%Y %a' "$work/tree/file 2")" ] || fail "time or mode is lost"
[ "$(stat -c %a "tree/file 1")" = 640 ] || fail "the mode is lost"

# a file is there as soon as it was written
cp "$work/tree/file 60" now
cmp "$work/tree/file 60" now
printf one >log && printf two >>log && [ "$(cat log)" = onetwo ] || fail "appending"
printf XX | dd of=log bs=1 seek=1 conv=notrunc status=none && [ "$(cat log)" = oXXtwo ] || fail "writing in the middle"
truncate -s 3 log && [ "$(cat log)" = oXX ] || fail "truncate"
truncate -s 100000 log && [ "$(stat -c %s log)" = 100000 ] || fail "truncate to more"
chmod 400 log && [ "$(stat -c %a log)" = 400 ] || fail "chmod"
touch -d '2010-01-01 UTC' log && [ "$(stat -c %Y log)" = 1262304000 ] || fail "touch -d"
mv log moved && rm -f moved
[ ! -e moved ] || fail "a read-only file cannot be removed"

# as an editor saves, and as git locks
printf first >doc && printf second >.doc.swp && mv .doc.swp doc && [ "$(cat doc)" = second ] || fail "rename over"
(set -C; printf lock >lock) && refused bash -c 'set -C; printf again >lock'
ln doc second-name && [ "$(cat second-name)" = second ] || fail "hard link"
refused ln -s doc link
mkdir a b && printf x >b/f
mv b c && [ "$(cat c/f)" = x ] || fail "mv of a directory that is not empty"
refused mv -T doc c
refused rmdir c
refused mkdir a
df . | grep -q "$user@127.0.0.1:/" || fail "df"
[ "$(df --output=avail . | tail -n 1)" -gt 0 ] || fail "df says nothing is free"
cd .. && rm -r sshfs
[ ! -e sshfs ] || fail "rm -r"

# what was copied just before the mount goes is there afterwards
cp "$work/tree/file 59" last
cd "$work" && fusermount -u mount
mount
cmp "tree/file 59" mount/last
rm mount/last
