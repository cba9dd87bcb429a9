#!/usr/bin/env bash
# The compose file as its users meet it: built where no registry is reachable, brought up, used over SFTP and sshfs,
# hurt in the ways that machines are hurt, and found whole. Needs root.
# Starts a dockerd of its own if none runs (with its data in $DOCKER_ROOT, if images shall stay for the next run).
# Arguments are names of the sections below; without any, all run.
set -euo pipefail
cd "$(dirname "$0")/.."

# Debian's, since a newer docker on the PATH may come without its plugins
docker() { /usr/bin/docker "$@"; }
compose() { docker-compose --project-name "$COMPOSE_PROJECT_NAME" "$@"; }

work=$(mktemp -d /var/tmp/truckee-docker.XXXXXX)
dockerd_pid=
mounted=
export COMPOSE_PROJECT_NAME=truckee-test VOLUMES=truckee-test TRUCKEE_IMAGE=truckee-test
export BUILD_IMAGE=truckee-test-build BASE_IMAGE=truckee-test-base
export BIND_ADDRESS=127.44.1.90 # a loopback address that other grids on this machine do not use

say() { printf '\n== %s (%s s)\n' "$*" "$SECONDS"; }
fail() { echo "FAILED: $*" >&2; exit 1; }
quietly() { # a command whose output matters only if it fails
    "$@" >"$work/said" 2>&1 || { tail -n 10 "$work/said"; fail "$*"; }
}

clean() {
    code=$?
    set +e
    [ -z "$mounted" ] || fusermount -u "$work/mount"
    [ $code -eq 0 ] || compose logs --tail 20
    compose --profile second --profile sixth down --volumes >"$work/down" 2>&1
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
    [ ${#missing[@]} -eq 0 ] && return
    quietly apt-get update -q
    DEBIAN_FRONTEND=noninteractive quietly apt-get install -y -q --no-install-recommends "${missing[@]}"
}

start_dockerd() {
    dockerd --data-root "${DOCKER_ROOT:-$work/docker}" --exec-root "$work/run" --pidfile "$work/dockerd.pid" \
        >>"$work/dockerd.log" 2>&1 &
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
    quietly debootstrap --variant=minbase bookworm "$root"
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
    (cd "$work/debs" && quietly apt-get download -q libc6 libgcc-s1 zlib1g)
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
port=8022

with_sftp() { # runs the commands on standard input; the first that fails ends it
    sftp -q -P "$port" "${ssh_options[@]}" -o BatchMode=no -b - "tahoe@$BIND_ADDRESS" >"$work/sftp" 2>&1
}

await_files() { # until the root can be listed
    local begin=$SECONDS
    until echo ls | with_sftp; do
        [ $((SECONDS - begin)) -lt 120 ] || { cat "$work/sftp"; fail "no sftp ls within 120 s"; }
        sleep 0.5
    done
}

page() { # what the gateway's web port answers for the path $1
    python3 -c 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())' \
        "http://$BIND_ADDRESS:3456$1"
}

await_page() { # until what the page $1 shows matches $2
    local begin=$SECONDS
    until page "$1" 2>/dev/null | grep -E -- "$2" >/dev/null; do
        [ $((SECONDS - begin)) -lt 120 ] || fail "$1 does not match '$2' within 120 s: $(page "$1" 2>&1 | head -c 2000)"
        sleep 0.2
    done
}

await_nodes() { # until the gateway is connected to $1 storage nodes
    await_page /metrics "^truckee_servers_connected(\{.*\})? $1(\.0)?$"
}

put() { # FILE NAME
    printf 'put %s %s\n' "$1" "$2" | with_sftp || { cat "$work/sftp"; fail "put $2"; }
}

put_tree() {
    printf 'put -r %s\n' "$work/tree" | with_sftp || { cat "$work/sftp"; fail "put -r"; }
}

same() { # FILE NAME
    rm -f "$work/got"
    printf 'get %s %s\n' "$2" "$work/got" | with_sftp && cmp "$1" "$work/got" || fail "$2 came back different"
}

tree_is_there() {
    rm -rf "$work/back"
    mkdir "$work/back"
    printf 'lcd %s\nget -r tree\n' "$work/back" | with_sftp || { cat "$work/sftp"; fail "get -r"; }
    diff -r "$work/tree" "$work/back/tree" || fail "the tree came back different"
}

container() {
    docker ps -aq --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" \
        --filter "label=com.docker.compose.service=$1"
}

make_files() {
    mkdir -p "$work/tree/below/näme"
    head -c 5000000 /dev/urandom >"$work/tree/large"
    for number in $(seq 10); do head -c $((number * 700)) /dev/urandom >"$work/tree/below/$number"; done
    echo short >"$work/tree/below/näme/文件"
    : >"$work/tree/empty"
    head -c 120000000 /dev/urandom >"$work/large"
}

# the sections, in this order

image() {
    docker image inspect "$BASE_IMAGE" >/dev/null 2>&1 || base_image
    docker image inspect "$BUILD_IMAGE" >/dev/null 2>&1 || build_image
    quietly docker build -t "$TRUCKEE_IMAGE" -f docker/Dockerfile --build-arg BUILD_IMAGE --build-arg BASE_IMAGE .
    local bytes
    bytes=$(docker image inspect --format '{{.Size}}' "$TRUCKEE_IMAGE")
    echo "$((bytes / 1000000)) MB"
    [ "$bytes" -le 130000000 ] || fail "the image is larger than 130 MB"
}

up() {
    local begin=$SECONDS
    quietly compose up -d
    await_files
    echo "from docker-compose up to the first sftp ls: $((SECONDS - begin)) s"
    [ $((SECONDS - begin)) -lt 60 ] || fail "that is more than a minute"
    await_nodes 5
    put_tree
    tree_is_there
    page / | grep -q '<title>' || fail "there is no page"
}

roles() { # what each may do, and what it is made of
    local command
    command=$(docker exec "$(container storage1)" busybox cat /proc/1/cmdline | tr '\0' '\n')
    grep -q 'storage-node-[0-9]' <<<"$command" || fail "that is no storage node: $command"
    ! grep -E '/(client|erasure-coding|gateway-sftp|cli|introducer)-[0-9]' <<<"$command" \
        || fail "a storage node has more on its class path than it should"
    docker exec "$(container gateway)" truckee version
    docker run -d --rm --name truckee-test-node --read-only --cap-drop ALL -v /data \
        --network "${COMPOSE_PROJECT_NAME}_default" -v "$VOLUMES-address:/address:ro" \
        -e TRUCKEE_INTRODUCER_FURL_FILE=/address/introducer.furl -e TRUCKEE_NICKNAME=node -e TRUCKEE_RESERVED_SPACE=1GiB \
        -e TRUCKEE_SHARES_NEEDED=2 -e TRUCKEE_SHARES_HAPPY=3 -e TRUCKEE_SHARES_TOTAL=5 \
        -e TRUCKEE_PUBLISHED_ADDRESS=127.0.0.1 "$TRUCKEE_IMAGE" node >/dev/null
    await_nodes 6
    docker stop truckee-test-node >/dev/null
    await_nodes 5
}

mount() {
    mkdir "$work/mount"
    sshfs -p 8022 "${ssh_options[@]}" "tahoe@$BIND_ADDRESS:/" "$work/mount"
    mounted=yes
    diff -r "$work/tree" "$work/mount/tree" || fail "sshfs shows another tree"
    cp "$work/tree/large" "$work/mount/copied" || fail "no copy into the mounted folder"
    cmp "$work/tree/large" "$work/mount/copied" || fail "the copy is different"
    fusermount -u "$work/mount"
    mounted=
}

two_nodes_off() { # and the introducer
    quietly compose stop storage2 storage4 introducer
    await_nodes 3
    tree_is_there
    put "$work/tree/large" with-three
    same "$work/tree/large" with-three
    quietly compose start introducer storage2 storage4
    await_nodes 5
}

down_up() {
    quietly compose down
    quietly compose up -d
    await_files
    tree_is_there
}

foreground() { # ended with Ctrl-C, as one who tries it does
    quietly compose stop
    (trap - INT && exec docker-compose --project-name "$COMPOSE_PROJECT_NAME" up >"$work/foreground" 2>&1) &
    local up=$!
    await_files
    kill -INT "$up"
    wait "$up" || true
    [ -z "$(docker ps -q --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME")" ] || fail "Ctrl-C left something running"
    quietly compose up -d
    await_files
    tree_is_there
}

cut_off() { # a node whose network goes away in the middle of an upload
    put "$work/large" cut &
    local put=$!
    await_page /status.json '"size":120000000,"bytes":[1-9][0-9]*,"state":"running"'
    docker network disconnect "${COMPOSE_PROJECT_NAME}_default" "$(container storage3)"
    kill -0 "$put" || fail "the upload was over before the node was cut off"
    wait "$put" || fail "the upload failed"
    same "$work/large" cut
    docker network connect --alias storage3 "${COMPOSE_PROJECT_NAME}_default" "$(container storage3)"
    await_nodes 5
}

more_services() { # a second gateway and a sixth storage node
    quietly compose --profile second --profile sixth up -d
    await_nodes 6
    port=8023 await_files
    port=8023 tree_is_there
    quietly compose --profile second --profile sixth rm -s -f gateway2 storage6
}

replaced() { # a storage node gone for good with all it had
    quietly compose rm -s -f storage3
    docker volume rm "$VOLUMES-storage3" >/dev/null
    quietly compose up -d storage3
    await_nodes 5
    quietly docker exec "$(container gateway)" truckee deep-check /data --repair
    quietly compose stop storage1 storage2
    await_nodes 3
    tree_is_there
    quietly compose start storage1 storage2
    await_nodes 5
}

recovery() { # a gateway gone for good with all it had
    docker exec "$(container gateway)" truckee recovery /data >"$work/recovery"
    quietly compose rm -s -f gateway
    docker volume rm "$VOLUMES-gateway" >/dev/null
    compose run --rm -T --no-deps -e TRUCKEE_RECOVERY_FILE=/dev/stdin gateway create-from-environment gateway /data \
        <"$work/recovery" >"$work/said" 2>&1 || { cat "$work/said"; fail "no gateway from a recovery file"; }
    quietly compose up -d
    await_files
    tree_is_there
}

memory() { # under load, within the limits of the compose file
    for name in first second; do
        { echo "$name"; cat "$work/large"; } >"$work/$name"
        put "$work/$name" "$name"
        same "$work/$name" "$name"
    done
    docker stats --no-stream --format '{{.Name}} {{.MemUsage}}'
    for service in introducer storage1 storage2 storage3 storage4 storage5 gateway; do
        [ "$(docker inspect --format '{{.State.OOMKilled}}' "$(container "$service")")" = false ] \
            || fail "$service ran out of memory"
    done
}

. .mvn/find-java.sh
find_java jlink
packages
docker info >/dev/null 2>&1 || start_dockerd
make_files
[ $# -gt 0 ] || set -- image up roles mount two_nodes_off down_up foreground cut_off more_services replaced recovery memory
for section; do
    say "$section"
    "$section"
done
echo "all of it works, after $SECONDS s"
