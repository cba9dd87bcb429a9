#!/usr/bin/env bash
# The compose file as its users meet it: built where no registry is reachable, brought up, used over SFTP and sshfs,
# hurt in the ways that machines are hurt, and found whole. Needs root; starts a dockerd of its own if none runs.
set -euo pipefail
cd "$(dirname "$0")/.."

# Debian's, since a newer docker on the PATH may come without its plugins
docker() { /usr/bin/docker "$@"; }
compose() { docker-compose --project-name "$COMPOSE_PROJECT_NAME" "$@"; }

work=$(mktemp -d /var/tmp/truckee-docker.XXXXXX)
dockerd_pid=
export COMPOSE_PROJECT_NAME=truckee-test VOLUMES=truckee-test TRUCKEE_IMAGE=truckee-test
export BUILD_IMAGE=truckee-test-build BASE_IMAGE=truckee-test-base
export BIND_ADDRESS=127.44.1.90 # a loopback address that other grids on this machine do not use
mounted=

say() { printf '\n== %s\n' "$*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }

clean() {
    code=$?
    set +e
    [ -z "$mounted" ] || fusermount -u "$work/mount"
    [ $code -eq 0 ] || compose logs --tail 20
    compose down --volumes >"$work/down" 2>&1
    if [ -n "$dockerd_pid" ]; then
        kill "$dockerd_pid"
        wait "$dockerd_pid"
    fi
    rm -rf "$work"
}
trap clean EXIT

# the machine

packages() {
    local missing=()
    for package in docker.io docker-compose debootstrap busybox-static openssh-client sshfs; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] || DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        "${missing[@]}" >"$work/apt"
}

start_dockerd() {
    dockerd --data-root "$work/docker" --exec-root "$work/run" --pidfile "$work/dockerd.pid" >>"$work/dockerd.log" 2>&1 &
    dockerd_pid=$!
    for _ in $(seq 120); do
        docker info >/dev/null 2>&1 && return
        sleep 0.5
    done
    tail -n 5 "$work/dockerd.log"
    fail "dockerd did not start"
}

# A machine to build on: Debian, a JDK, and the Maven and the repository that built this tree, so that nothing is fetched.
build_image() {
    local root=$work/build
    debootstrap --variant=minbase bookworm "$root" >"$work/debootstrap" 2>&1 || { tail -n 5 "$work/debootstrap"; fail debootstrap; }
    mkdir -p "$root/usr/lib/jvm" "$root/root/.m2"
    cp -rL "$JAVA_HOME" "$root/usr/lib/jvm/"
    cp -r "${MAVEN_USER_HOME:-$HOME/.m2}"/. "$root/root/.m2/"
    if command -v mvn >/dev/null; then
        cp -rL "$(dirname "$(dirname "$(readlink -f "$(command -v mvn)")")")" "$root/usr/share/maven"
        ln -s ../share/maven/bin/mvn "$root/usr/bin/mvn"
    fi
    tar -C "$root" -c . | docker import --change 'ENV MAVEN_ARGS=-o' - "$BUILD_IMAGE" >/dev/null
    rm -rf "$root"
}

# What the image needs of a Linux: the C library and a busybox.
base_image() {
    local root=$work/base
    mkdir -p "$root/busybox" "$root/tmp" "$work/debs"
    (cd "$work/debs" && apt-get download -q libc6 libgcc-s1 zlib1g >/dev/null 2>&1)
    for package in "$work"/debs/*.deb; do dpkg -x "$package" "$root"; done
    rm -rf "$root/usr/share"
    cp /bin/busybox "$root/busybox/"
    tar -C "$root" -c . | docker import - "$BASE_IMAGE" >/dev/null
}

# the grid

printf '#!/bin/sh\necho passw0rd\n' >"$work/askpass"
chmod +x "$work/askpass"
export SSH_ASKPASS=$work/askpass SSH_ASKPASS_REQUIRE=force
ssh_options=(-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR)

with_sftp() { # runs the commands on standard input; the first that fails ends it
    sftp -q -P 8022 "${ssh_options[@]}" -o BatchMode=no -b - "tahoe@$BIND_ADDRESS" >"$work/sftp" 2>&1
}

await_files() { # until the root can be listed
    local begin=$SECONDS
    until echo ls | with_sftp; do
        [ $((SECONDS - begin)) -lt 300 ] || { cat "$work/sftp"; fail "no sftp ls within 300 s"; }
        sleep 0.5
    done
    echo "sftp ls after $((SECONDS - begin)) s"
}

await_page() { # until the gateway's page shows $1 connected nodes
    for _ in $(seq 600); do
        page /metrics | grep -E "^truckee_servers_connected(\{.*\})? $1(\.0)?$" >/dev/null && return
        sleep 0.5
    done
    fail "the page does not show $1 connected nodes: $(page /metrics | grep truckee_servers)"
}

page() {
    python3 -c 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())' \
        "http://$BIND_ADDRESS:3456$1"
}

tree_is_there() {
    rm -rf "$work/back"
    mkdir "$work/back"
    printf 'lcd %s\nget -r tree\n' "$work/back" | with_sftp || { cat "$work/sftp"; fail "get"; }
    diff -r "$work/tree" "$work/back/tree" || fail "the tree came back different"
}

put() { # FILE NAME
    printf 'put %s %s\n' "$1" "$2" | with_sftp || { cat "$work/sftp"; fail "put $2"; }
}

same() { # FILE NAME
    rm -f "$work/got"
    printf 'get %s %s\n' "$2" "$work/got" | with_sftp && cmp "$1" "$work/got" || fail "$2 came back different"
}

container() { docker ps -aq --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" --filter "label=com.docker.compose.service=$1"; }

make_tree() {
    mkdir -p "$work/tree/below/näme"
    head -c 5000000 /dev/urandom >"$work/tree/large"
    for number in $(seq 10); do head -c $((number * 700)) /dev/urandom >"$work/tree/below/$number"; done
    echo short >"$work/tree/below/näme/文件"
    : >"$work/tree/empty"
    head -c 30000000 /dev/urandom >"$work/thirty"
}

. .mvn/find-java.sh
find_java jlink
apt-get update -q >/dev/null
packages
docker info >/dev/null 2>&1 || start_dockerd
make_tree

say "the image"
docker image inspect "$BASE_IMAGE" >/dev/null 2>&1 || base_image
docker image inspect "$BUILD_IMAGE" >/dev/null 2>&1 || build_image
docker build -q -t "$TRUCKEE_IMAGE" -f docker/Dockerfile --build-arg BUILD_IMAGE --build-arg BASE_IMAGE . >"$work/image" 2>&1 \
    || { tail -n 20 "$work/image"; fail "docker build"; }
bytes=$(docker image inspect --format '{{.Size}}' "$TRUCKEE_IMAGE")
echo "$((bytes / 1000000)) MB"
[ "$bytes" -le 130000000 ] || fail "the image is larger than 130 MB"

say "up"
begin=$SECONDS
compose up -d >"$work/up" 2>&1 || { tail -n 5 "$work/up"; fail "docker-compose up"; }
await_files
echo "from docker-compose up to the first sftp ls: $((SECONDS - begin)) s"
await_page 5
printf 'put -r %s\n' "$work/tree" | with_sftp || { cat "$work/sftp"; fail "put"; }
tree_is_there

say "sshfs"
mkdir "$work/mount"
sshfs -p 8022 "${ssh_options[@]}" "tahoe@$BIND_ADDRESS:/" "$work/mount"
mounted=yes
diff -r "$work/tree" "$work/mount/tree" || fail "sshfs shows another tree"
cp "$work/tree/large" "$work/mount/copied" || fail "no copy into the mounted folder"
cmp "$work/tree/large" "$work/mount/copied" || fail "the copy is different"
fusermount -u "$work/mount"
mounted=

say "two storage nodes and the introducer stopped"
compose stop storage2 storage4 introducer >/dev/null 2>&1
await_page 3
tree_is_there
put "$work/thirty" thirty
same "$work/thirty" thirty
compose start introducer storage2 storage4 >/dev/null 2>&1
await_page 5

say "down, up"
compose down >/dev/null 2>&1
compose up -d >/dev/null 2>&1
await_files
tree_is_there

say "a node cut off in mid-upload"
put "$work/thirty" cut &
put=$!
sleep 0.3
docker network disconnect "${COMPOSE_PROJECT_NAME}_default" "$(container storage3)"
wait $put || fail "the upload failed"
same "$work/thirty" cut
docker network connect --alias storage3 "${COMPOSE_PROJECT_NAME}_default" "$(container storage3)"
await_page 5

say "every container killed"
docker kill $(docker ps -q --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME") >/dev/null
compose up -d >/dev/null 2>&1
await_files
tree_is_there

if [ -n "$dockerd_pid" ]; then
    say "dockerd killed"
    kill -9 "$dockerd_pid"
    wait "$dockerd_pid" || true
    start_dockerd
    await_files
    tree_is_there
fi

say "memory, after all that"
docker stats --no-stream --format '{{.Name}} {{.MemUsage}}'
for service in introducer storage1 storage2 storage3 storage4 storage5 gateway; do
    [ "$(docker inspect --format '{{.State.OOMKilled}} {{.RestartCount}}' "$(container "$service")")" = "false 0" ] \
        || [ -n "$dockerd_pid" ] || fail "$service was restarted or ran out of memory"
done
echo "the compose file works"
