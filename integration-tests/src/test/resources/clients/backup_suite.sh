#!/usr/bin/env bash
# A backup program's repository over SFTP: backup_suite.sh PORT USER WORK, with SSH_ASKPASS set. restic makes hundreds
# of directories and read-only files, locks, checks, prunes, and gets every byte back.
set -euo pipefail
port=$1 user=$2 work=$3
export RESTIC_REPOSITORY=sftp:$user@127.0.0.1:/backup RESTIC_PASSWORD=repository RESTIC_CACHE_DIR=$work/cache
ssh="ssh -p $port -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR $user@127.0.0.1 -s sftp"
backup() { restic --quiet -o sftp.command="$ssh" "$@"; }
fail() { echo "backup: $*" >&2; exit 1; }

mkdir -p "$work/tree"
for i in $(seq 300); do head -c $((i * 997)) /dev/urandom >"$work/tree/file $i"; done
head -c 40000000 /dev/urandom >"$work/tree/large"
cd "$work"

backup init
backup backup tree
rm tree/file\ 1*
head -c 20000000 /dev/urandom >tree/large
cp -r tree expected
backup backup tree
backup check --read-data
[ "$(backup snapshots --json | grep -o '"short_id"' | wc -l)" = 2 ] || fail "not two snapshots"
backup forget --keep-last 1 --prune
backup check --read-data
backup restore latest --target back
diff -r expected back/tree
[ -z "$(backup list locks)" ] || fail "a lock was left"
