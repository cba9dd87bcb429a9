#!/usr/bin/env bash
# Programs that are hard on a file system, in a folder that sshfs mounts: sshfs_programs_suite.sh PORT USER WORK, with
# SSH_ASKPASS set. Prints how long it took what people wait for.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/sshfs_checks.sh"
port=$1 user=$2 work=$3
mkdir -p "$work/mount" "$work/local"
mount() {
    sshfs -p "$port" -o StrictHostKeyChecking=no,UserKnownHostsFile=/dev/null,LogLevel=ERROR "$user@127.0.0.1:/" "$work/mount"
}
trap 'cd /; fusermount -u "$work/mount" 2>/dev/null || true' EXIT
timed() { # WHAT COMMAND...
    local what=$1 began=$EPOCHREALTIME
    shift
    "$@"
    echo "$what: $(((${EPOCHREALTIME/./} - ${began/./}) / 1000)) ms"
}
export GIT_CONFIG_GLOBAL=$work/gitconfig
git config --global user.name tester
git config --global user.email tester@example.org
git config --global safe.directory '*'
git config --global init.defaultBranch main
git config --global gc.autoDetach false

mount
cd "$work/mount"
rm -rf programs && mkdir programs && cd programs

mkdir -p "$work/local/many/deep/er"
for i in $(seq 500); do head -c $((i * 37)) /dev/urandom >"$work/local/many/deep/$([ $((i % 2)) = 0 ] && echo er/)$i"; done
chmod 400 "$work/local/many/deep/1"
timed "cp -a of 500 files" cp -a "$work/local/many" .
diff -r "$work/local/many" many
mkdir "$work/local/few"
for i in $(seq 60); do head -c $((i * 100)) /dev/urandom >"$work/local/few/$i"; done
timed "cp -r of 60 files" cp -r "$work/local/few" few
diff -r "$work/local/few" few

timed "rsync -a" rsync -a "$work/local/many/" synced/
rsync -ai "$work/local/many/" synced/ | grep -q '^[<>c]' && fail "the second rsync sends something"
rm "$work/local/many/deep/2" 2>/dev/null || rm "$work/local/many/deep/er/2"
rsync -a --delete "$work/local/many/" synced/
diff -r "$work/local/many" synced

git init -q "$work/local/origin"
for i in $(seq 5); do
    mkdir -p "$work/local/origin/d$i"
    for j in $(seq 4); do echo "$i $j" >"$work/local/origin/d$i/$j"; done
    git -C "$work/local/origin" add -A && git -C "$work/local/origin" commit -qm "commit $i"
done
timed "git clone" git clone -q "$work/local/origin" cloned
diff -r --exclude .git "$work/local/origin" cloned
cd cloned
for i in $(seq 20); do echo "more $i" >"more$i"; done
timed "git add and commit of 20 files" bash -c 'git add -A && git commit -qm more'
[ -z "$(git status --porcelain)" ] || fail "git status: $(git status --porcelain)"
timed "git gc" git gc -q
git fsck --strict || fail "git fsck"
git log --oneline | wc -l | grep -qx 6 || fail "git log"
cd ..

tar -C "$work/local" -cf "$work/local/many.tar" many
mkdir untarred && tar -C untarred -xf "$work/local/many.tar"
diff -r "$work/local/many" untarred/many

sqlite3 base.db 'create table t (a integer primary key, b text); insert into t (b) values ("one"), ("two");'
for i in $(seq 5); do sqlite3 base.db "insert into t (b) values ('$i'); update t set b = b || '.' where a = 1;"; done
[ "$(sqlite3 base.db 'pragma integrity_check; select count(*), max(b) from t;')" = "$(printf 'ok\n7|two')" ] || fail "sqlite"

printf one >'größe 日本' && [ "$(cat 'größe 日本')" = one ] || fail "a name outside of ASCII"
cd ..
timed "rm -r" rm -rf programs
cp "$work/local/many.tar" last
cd "$work" && fusermount -u mount
mount
cmp "$work/local/many.tar" mount/last
rm mount/last
