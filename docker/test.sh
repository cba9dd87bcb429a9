#!/usr/bin/env bash
# The compose file as its users meet it: built where no registry is reachable, brought up, used over SFTP and sshfs,
# hurt in the ways that machines are hurt, and found whole; then the stack file on a swarm of one machine, and the image
# under JUnit. Needs root.
# Starts a dockerd of its own if none runs (with its data in $DOCKER_ROOT, if images shall stay for the next run).
# Arguments are names of the sections below; without any, all run.
set -euo pipefail
cd "$(dirname "$0")/.."

# Nothing is waited for without an end; a busy machine is given time. Debian's docker, since a newer one on the PATH may come without its plugins.
patience=300 # seconds
within() { timeout --foreground --kill-after=20 "$@"; } # SECONDS COMMAND; what ends this script ends the command too
docker() { within "$patience" /usr/bin/docker "$@"; }
compose() { within "$patience" docker-compose --project-name "$COMPOSE_PROJECT_NAME" "$@"; }

work=$(mktemp -d /var/tmp/truckee-docker.XXXXXX)
dockerd_pid=
mounted=
in_swarm=
late= # what the last line complains of; all else is tried before
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
    [ -z "$mounted" ] || fusermount -u "$work/mount" || umount --lazy "$work/mount"
    if docker info >/dev/null 2>&1; then
        [ $code -eq 0 ] || compose logs --no-color --tail 200
        [ $code -eq 0 ] || [ -z "$in_swarm" ] || tell_swarm
        [ -z "$in_swarm" ] || leave_swarm
        remove_alone
        compose --profile second --profile sixth down --volumes --remove-orphans >"$work/down" 2>&1
        docker network rm "$home_network" >/dev/null 2>&1
    fi
    [ -z "$dockerd_pid" ] || end_dockerd TERM
    ! mountpoint -q "$work/docker" || umount --lazy "$work/docker" # left by the dockerd that was killed
    rm -rf "$work"
}
trap clean EXIT

# the machine

packages() {
    local missing=()
    for package in docker.io docker-compose busybox-static openssh-client sshfs; do
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
        kill -0 "$dockerd_pid" 2>/dev/null || break
        sleep 0.5
    done
    tail -n 5 "$work/dockerd.log"
    fail "dockerd did not start on this machine"
}

end_dockerd() { # SIGNAL: and its containerd
    local processes=("$dockerd_pid" "$(cat "$work/run/containerd/containerd.pid" 2>/dev/null)")
    for process in "${processes[@]}"; do
        [ -n "$process" ] && kill "-$1" "$process" 2>/dev/null || continue
        within 60 tail --pid="$process" -f /dev/null || kill -KILL "$process"
    done
    wait "$dockerd_pid" || true
    dockerd_pid=
}

# The C library of this machine's Debian, and a busybox.
linux() { # FOLDER
    mkdir -p "$1/busybox" "$1/tmp"
    dpkg -L libc6 libgcc-s1 zlib1g | grep -E '^(/usr)?/lib.*\.so' | tar -C / -c --no-recursion -T - 2>"$work/said" | tar -C "$1" -x
    cp /bin/busybox "$1/busybox/"
}

# What the image needs of a Linux.
base_image() {
    linux "$work/base"
    tar -C "$work/base" -c . | docker import - "$BASE_IMAGE" >/dev/null
    rm -rf "$work/base"
}

# A machine to build on, with the JDK, the Maven and the repository that built this tree, so that nothing is fetched.
build_image() {
    local root=$work/build
    linux "$root"
    mkdir -p "$root/bin" "$root/usr/bin" "$root/usr/share" "$root/etc" "$root/usr/lib/jvm" "$root/root/.m2"
    chroot "$root" /busybox/busybox --install -s /bin
    echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
    ln -s ../../bin/env "$root/usr/bin/env"
    cp -rL "$JAVA_HOME" "$root/usr/lib/jvm/"
    cp -r "${MAVEN_USER_HOME:-$HOME/.m2}"/. "$root/root/.m2/"
    if command -v mvn >/dev/null; then
        cp -rL "$(dirname "$(dirname "$(readlink -f "$(command -v mvn)")")")" "$root/usr/share/maven"
        ln -s ../share/maven/bin/mvn "$root/usr/bin/mvn"
    fi
    tar -C "$root" -c . | docker import --change 'ENV MAVEN_ARGS=-o' - "$BUILD_IMAGE" >/dev/null
    rm -rf "$root"
}

# the grid

printf '#!/bin/sh\necho "$password"\n' >"$work/askpass"
chmod +x "$work/askpass"
export SSH_ASKPASS=$work/askpass SSH_ASKPASS_REQUIRE=force password=passw0rd
ssh_options=(-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR)
port=8022

with_sftp() { # COMMANDS: the first that fails ends it
    within "$patience" sftp -q -P "$port" "${ssh_options[@]}" -o BatchMode=no -b - "tahoe@$BIND_ADDRESS" <<<"$1" \
        >"$work/sftp.$BASHPID" 2>&1
}

sftp_fails() { # WHAT: with what sftp said
    cat "$work/sftp.$BASHPID"
    fail "$1"
}

await_files() { # until the root can be listed; without a path sftp takes no listing for a success too
    local begin=$SECONDS
    until with_sftp "ls /"; do
        [ $((SECONDS - begin)) -lt "$patience" ] || sftp_fails "no sftp ls within $patience s"
        sleep 0.5
    done
}

page() { # what the gateway's web port answers for the path $1
    python3 -c 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())' \
        "http://$BIND_ADDRESS:3456$1"
}

shows() { # whether the page $1 has $2; it is read to its end, since a reader that leaves early is an error too
    local said
    said=$(page "$1") || fail "there is no page $1"
    grep -q -- "$2" <<<"$said"
}

await_page() { # until what the page $1 shows matches $2
    local begin=$SECONDS
    until page "$1" 2>/dev/null | grep -E -- "$2" >/dev/null; do
        [ $((SECONDS - begin)) -lt "$patience" ] || fail "$1 does not match '$2' within $patience s: $(page "$1" 2>&1)"
        sleep 0.2
    done
}

await_nodes() { # until the gateway is connected to $1 storage nodes
    await_page /metrics "^truckee_servers_connected(\{.*\})? $1(\.0)?$"
}

put() { # FILE NAME
    with_sftp "put $1 $2" || sftp_fails "put $2"
}

put_tree() {
    with_sftp "put -r $work/tree" || sftp_fails "put -r"
}

same() { # FILE NAME
    local got=$work/got.$BASHPID
    with_sftp "get $2 $got" || sftp_fails "get $2"
    cmp "$1" "$got" || fail "$2 came back different"
    rm "$got"
}

tree_is_there() {
    rm -rf "$work/back"
    mkdir "$work/back"
    with_sftp "lcd $work/back
get -r tree" || sftp_fails "get -r"
    diff -r "$work/tree" "$work/back/tree" || fail "the tree came back different"
}

container() {
    docker ps -aq --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" \
        --filter "label=com.docker.compose.service=$1"
}

all_services=(introducer helper storage1 storage2 storage3 storage4 storage5 gateway)
home_network=$COMPOSE_PROJECT_NAME-home

restarts() { # how often each service was started again because it had ended
    for service in "${all_services[@]}"; do
        docker inspect --format "$service {{.RestartCount}} {{.State.OOMKilled}}" "$(container "$service")"
    done
}

await_healthy() { # CONTAINER
    local begin=$SECONDS
    until [ "$(docker inspect --format '{{.State.Health.Status}}' "$1")" = healthy ]; do
        [ $((SECONDS - begin)) -lt "$patience" ] || { docker logs --tail 20 "$1"; fail "$1 is not healthy within $patience s"; }
        sleep 0.5
    done
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
    patience=900 quietly docker build -t "$TRUCKEE_IMAGE" -f docker/Dockerfile --build-arg BUILD_IMAGE --build-arg BASE_IMAGE .
    local bytes
    [ -z "$(docker run --rm --entrypoint busybox "$TRUCKEE_IMAGE" find /data /address /helper-address -type f)" ] || fail "the image holds state"
    bytes=$(docker image inspect --format '{{.Size}}' "$TRUCKEE_IMAGE")
    echo "$((bytes / 1000000)) MB"
    [ "$bytes" -le 130000000 ] || fail "the image is larger than 130 MB"
}

is_busy() { # with more processes of others than it has cores
    local running=0 tasks
    for _ in $(seq 10); do
        read -r _ _ _ tasks _ </proc/loadavg
        running=$((running + ${tasks%/*} - 1))
        sleep 0.1
    done
    [ $((running / 10)) -ge "$(nproc)" ]
}

up() {
    local busy= begin
    is_busy && busy=", beside the work of others"
    begin=$SECONDS
    quietly compose up -d
    await_files
    local took=$((SECONDS - begin))
    echo "from docker-compose up to the first sftp ls: $took s$busy"
    [ $took -le 60 ] || [ -n "$busy" ] || late="it took $took s to come up, which is more than a minute"
    await_nodes 5
    put_tree
    tree_is_there
    shows / '<title>' || fail "there is no page"
}

class_path() { # SERVICE: of its running process
    docker exec "$(container "$1")" busybox sh -c 'busybox cat /proc/[0-9]*/cmdline' | tr '\0' '\n' | grep -m 1 '\.jar:' | tr ':' '\n'
}

has_only() { # SERVICE MODULES: which of ours its process has on its class path
    local modules
    modules=$(class_path "$1" | sed -n 's|.*/\([a-z-]*\)-0[^/]*\.jar$|\1|p' \
        | grep -x -E "$(printf '%s|' ./*/pom.xml | sed 's|\./||g; s|/pom.xml||g; s/|$//')" | sort | paste -sd ' ')
    [ "$modules" = "$2" ] || fail "$1 runs with '$modules' and not with '$2'"
}

roles() { # what each may do, and what it is made of
    has_only introducer "common-crypto introducer protocol status-web"
    has_only storage1 "common-crypto protocol status-web storage-node"
    has_only helper "client common-crypto erasure-coding helper protocol status-web"
    has_only gateway "client common-crypto erasure-coding gateway-sftp protocol status-web"
    for service in "${all_services[@]}"; do
        docker exec "$(container "$service")" busybox grep -q '^Uid:.1000' /proc/1/status || fail "$service does not run as user 1000"
    done
    docker exec "$(container gateway)" truckee version
}

start_alone() { # ROLE, and more options of docker run
    local role=$1
    shift
    docker run -d --name "$COMPOSE_PROJECT_NAME-$role" --network "$COMPOSE_PROJECT_NAME-alone" --read-only --cap-drop ALL \
        -e TRUCKEE_NICKNAME="$role" "$@" "$TRUCKEE_IMAGE" "$role" >/dev/null
}

alone() { # every role by docker run
    docker network create "$COMPOSE_PROJECT_NAME-alone" >/dev/null
    start_alone introducer
    await_healthy "$COMPOSE_PROJECT_NAME-introducer"
    local introducer
    introducer=$(docker exec "$COMPOSE_PROJECT_NAME-introducer" truckee show-furl /data)
    for role in helper storage gateway node; do
        start_alone "$role" -e TRUCKEE_INTRODUCER_FURL="$introducer" -e TRUCKEE_RESERVED_SPACE=1GiB \
            -e TRUCKEE_SHARES_NEEDED=1 -e TRUCKEE_SHARES_HAPPY=2 -e TRUCKEE_SHARES_TOTAL=2 \
            -e TRUCKEE_SFTP_PASSWORD=another
    done
    for role in helper storage gateway node; do
        await_healthy "$COMPOSE_PROJECT_NAME-$role"
    done
    for role in gateway node; do
        (
            BIND_ADDRESS=$(docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$COMPOSE_PROJECT_NAME-$role")
            export password=another
            await_files
            put "$work/tree/below/3" "by-$role"
            same "$work/tree/below/3" "by-$role"
        )
    done
    remove_alone
}

remove_alone() {
    for role in introducer helper storage gateway node; do
        docker rm -f -v "$COMPOSE_PROJECT_NAME-$role"
    done >/dev/null 2>&1
    docker network rm "$COMPOSE_PROJECT_NAME-alone" >/dev/null 2>&1 || true
}

expanded() { # by the helper, which is sent a file once
    head -c 7000001 /dev/urandom >"$work/expanded"
    put "$work/expanded" expanded
    await_page /status.json '"size":7000001,[^{}]*"state":"done","via":"helper helper:8097"'
    same "$work/expanded" expanded
}

relayed() { # by the helper, to a gateway that reaches no storage node
    docker network create "$home_network" >/dev/null
    for service in introducer helper gateway; do
        docker network connect --alias "$service" "$home_network" "$(container "$service")"
    done
    docker network disconnect "${COMPOSE_PROJECT_NAME}_default" "$(container gateway)"
    docker exec "$(container gateway)" busybox sed -i 's/^helper\.furl/helper.mode = relay\n&/' /data/tahoe.cfg
    quietly compose restart gateway
    await_files
    await_nodes 5
    await_page /status.json '"address":"storage1:8098 through the helper at helper:8097"'
    head -c 7000002 /dev/urandom >"$work/relayed"
    put "$work/relayed" relayed
    await_page /status.json '"size":7000002,[^{}]*"state":"done","via":"direct"'
    same "$work/relayed" relayed
    docker exec "$(container gateway)" busybox sed -i '/^helper\.mode/d' /data/tahoe.cfg
    docker network connect --alias gateway "${COMPOSE_PROJECT_NAME}_default" "$(container gateway)"
    for service in introducer helper gateway; do
        docker network disconnect "$home_network" "$(container "$service")"
    done
    docker network rm "$home_network" >/dev/null
    quietly compose restart gateway
    await_files
}

mount() {
    mkdir "$work/mount"
    within 60 sshfs -p 8022 "${ssh_options[@]}" "tahoe@$BIND_ADDRESS:/" "$work/mount"
    mounted=yes
    within 120 diff -r "$work/tree" "$work/mount/tree" || fail "sshfs shows another tree"
    within 120 cp "$work/tree/large" "$work/mount/copied" || fail "no copy into the mounted folder"
    within 120 cmp "$work/tree/large" "$work/mount/copied" || fail "the copy is different"
    fusermount -u "$work/mount"
    mounted=
}

reads_and_writes() { # NAME of a new file
    tree_is_there
    head -c 5000000 /dev/urandom >"$work/new"
    put "$work/new" "$1"
    same "$work/new" "$1"
}

two_nodes_off() { # then introducer and helper too
    quietly compose stop storage2 storage4
    await_nodes 3
    reads_and_writes with-three
    quietly compose stop introducer helper
    reads_and_writes with-three-alone
    quietly compose restart gateway
    await_nodes 3
    reads_and_writes with-three-alone-restarted
    quietly compose start introducer helper storage2 storage4
    await_nodes 5
}

down_up() { # in the foreground, ended with Ctrl-C, as one who tries it does; then in the background
    quietly compose down
    (trap - INT && exec timeout --kill-after=90 300 docker-compose --project-name "$COMPOSE_PROJECT_NAME" up >"$work/foreground" 2>&1) &
    local up=$!
    await_files
    tree_is_there
    kill -INT "$up"
    wait "$up" || true
    [ -z "$(docker ps -q --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME")" ] || fail "Ctrl-C left something running"
    quietly compose up -d
    await_files
    tree_is_there
    quietly compose stop
    quietly compose start
    await_files
    tree_is_there
}

cut_off() { # a node whose network goes away in the middle of an upload
    put "$work/large" cut &
    local put=$!
    await_page /status.json '"size":120000000,"bytes":[1-9][0-9]*,"state":"running"'
    docker network disconnect "${COMPOSE_PROJECT_NAME}_default" "$(container storage3)"
    kill -0 "$put" 2>/dev/null || fail "the upload was over before the node was cut off"
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
    await_nodes 4
    quietly compose up -d storage3
    await_nodes 5
    quietly docker exec "$(container gateway)" truckee deep-check /data --repair
    quietly compose stop storage1 storage2 storage4 # of the two that are left, one is the new one
    await_nodes 2
    tree_is_there
    quietly compose start storage1 storage2 storage4
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

other_address() { # the password that everybody knows, on an address that others reach; a new grid beside the first
    local address
    address=$(docker network inspect --format '{{(index .IPAM.Config 0).Gateway}}' bridge)
    (
        export COMPOSE_PROJECT_NAME=truckee-other VOLUMES=truckee-other BIND_ADDRESS=$address
        trap 'compose down --volumes >/dev/null 2>&1' EXIT
        quietly compose up -d
        await_page / 'set TRUCKEE_SFTP_PASSWORD'
        ! with_sftp ls || fail "the default password is good on $address"
        [ "$(docker inspect --format '{{.RestartCount}}' "$(container gateway)")" = 0 ] || fail "the gateway restarts"
        SFTP_PASSWORD=another quietly compose up -d gateway
        password=another await_files
        ! shows / TRUCKEE_SFTP_PASSWORD || fail "the page still asks for a password"
        ! with_sftp ls || fail "the default password is good on $address"
    )
}

processes() { # the first of each running container
    docker ps -q --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" \
        | xargs /usr/bin/docker inspect --format '{{.State.Pid}}'
}

killed() { # every process at once, dockerd with them if it is this script's own
    local victims own=$dockerd_pid
    victims=$(processes)
    [ -z "$own" ] || end_dockerd KILL
    # shellcheck disable=SC2086 # several
    kill -KILL $victims
    [ -z "$own" ] || start_dockerd
    await_files
    tree_is_there
    await_nodes 5
}

watch_memory() { # what docker counts against the limits, again and again
    while [ -d "$work" ]; do docker stats --no-stream --format '{{.Name}} {{.MemUsage}}'; done >"$work/memory"
}

most_memory() { # of each container: the most that was seen, and the limit
    awk '{ if ($2 + 0 > most[$1] + 0) most[$1] = $2; limit[$1] = $4 }
        END { for (name in most) print name, most[name], "of", limit[name] }' "$work/memory" | sort
}

memory() { # under load, within the limits of the compose file
    local before transfers=()
    before=$(restarts)
    watch_memory &
    local watch=$!
    for name in first second third fourth; do { echo "$name"; cat "$work/large"; } >"$work/$name"; done
    for action in put same; do
        for name in first second third fourth; do
            "$action" "$work/$name" "$name" &
            transfers+=($!)
        done
        for transfer in "${transfers[@]}"; do wait "$transfer" || fail "$action of one of four large files at once"; done
        transfers=()
    done
    kill "$watch"
    most_memory
    diff <(echo "$before") <(restarts) || fail "a service ended under load"
    ! restarts | grep true || fail "a service ran out of memory"
}

tell_swarm() { # what its services said, and which ended
    docker stack ps --no-trunc truckee-test
    local service
    for service in $(docker stack services --format '{{.Name}}' truckee-test); do
        docker service logs --tail 50 "$service" 2>&1
    done
}

leave_swarm() {
    docker stack rm truckee-test >/dev/null 2>&1
    docker swarm leave --force >/dev/null 2>&1
    for _ in $(seq 120); do
        docker volume rm "$VOLUMES-introducer" "$VOLUMES-helper" "$VOLUMES-storage" "$VOLUMES-gateway" >/dev/null 2>&1 && break
        sleep 0.5
    done
    in_swarm=
}

make_for_swarm() { # ROLE WEBPORT and more options: a node in a volume, whose address becomes a secret
    local role=$1 web=$2
    shift 2
    docker run --rm -v "$VOLUMES-$role:/data" -e TRUCKEE_NICKNAME="$role" -e TRUCKEE_HOSTNAME="$role" -e TRUCKEE_WEBPORT="$web" \
        "$@" "$TRUCKEE_IMAGE" create-from-environment "$role" /data
    docker run --rm -v "$VOLUMES-$role:/data" "$TRUCKEE_IMAGE" show-furl /data | docker secret create "truckee-$role" - >/dev/null
}

swarm() { # on one machine, which so keeps one share of each file
    quietly compose down --volumes
    docker swarm init --advertise-addr 127.0.0.1 >/dev/null
    in_swarm=yes
    docker node update --label-add truckee=main "$(docker node ls -q)" >/dev/null
    make_for_swarm introducer 3480
    make_for_swarm helper 3457 -e TRUCKEE_INTRODUCER_FURL="$(docker run --rm -v "$VOLUMES-introducer:/data" "$TRUCKEE_IMAGE" show-furl /data)" \
        -e TRUCKEE_RELAY_NETWORKS=10.0.0.0/8
    echo another | docker secret create truckee-password - >/dev/null
    export SHARES_NEEDED=1 SHARES_HAPPY=1 SHARES_TOTAL=1
    quietly docker stack deploy --resolve-image never -c docker/stack.yml truckee-test
    password=another await_files
    password=another put_tree
    password=another tree_is_there
    leave_swarm
}

testcontainers() { # the same image under JUnit
    local report=integration-tests/target/surefire-reports/TEST-org.truckee.integration.ContainersTest.xml
    rm -f "$report"
    TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1 quietly within 900 ./mvnw -B -ntp -q verify \
        -pl integration-tests -am -Dgroups=docker -DexcludedGroups= -Dsurefire.failIfNoSpecifiedTests=false
    grep -q '<testcase ' "$report" || fail "no test ran in a container"
    ! grep -q '<skipped' "$report" || fail "a test in a container was skipped"
}

. .mvn/find-java.sh
find_java jlink
packages
docker info >/dev/null 2>&1 || start_dockerd
make_files
[ $# -gt 0 ] || set -- image up roles alone mount expanded relayed two_nodes_off down_up cut_off more_services \
    replaced recovery memory killed other_address testcontainers swarm
for section; do
    say "$section"
    "$section"
done
[ -z "$late" ] || fail "$late"
echo "all of it works, after $SECONDS s"
