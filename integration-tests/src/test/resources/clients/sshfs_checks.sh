# What the suites of sshfs look for; sourced by them.

fail() { echo "sshfs: $*" >&2; exit 1; }

within() { # SECONDS COMMAND...: the command succeeds so soon
    local end=$(($(date +%s%N) + $1 * 1000000000))
    shift
    until "$@" 2>/dev/null; do
        [ "$(date +%s%N)" -lt "$end" ] || fail "not seen in time: $*"
        sleep 0.05
    done
}

holds() { [ "$(cat "$1")" = "$2" ]; } # FILE CONTENTS
gone() { [ ! -e "$1" ]; }             # FILE
