# Read by each script here: the tools they share, a folder that goes at the end, and the servers that end with it. Each script
# prints rows for the table of `run`, see compare.c, and nothing else, to stdout.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
benchmarks=$root/Benchmarks
build=${BUILD_DIR:-$root/.build/benchmarks}
mkdir -p "$build"
build=$(cd "$build" && pwd)
if [ -z "${CARACALCTL:-}" ]; then
    make -s -C "$root" build >&2
    CARACALCTL=$root/.build/release/caracalctl
fi
CC=${CC:-cc}
$CC -O2 -o "$build/compare" "$benchmarks/compare.c"

key=7777777777777777777777777777777777777777777777777777777777777777
folder=$(mktemp -d)
servers=
# shellcheck disable=SC2086 # process ids
trap '[ -z "$servers" ] || kill -KILL $servers 2>/dev/null || true; wait $servers 2>/dev/null || true; rm -r "$folder"' EXIT
trap 'exit 130' INT TERM

compare() { "$build/compare" "$@"; }

# Starts SERVER, or redis-server, with the given arguments, on the Unix socket $socket beside whatever they say.
socket=$folder/redis.sock
start_server() {
    "${SERVER:-redis-server}" --port 0 --bind 127.0.0.1 --unixsocket "$socket" --save '' --appendonly no --dir "$folder" "$@" \
        >"$folder/redis.log" &
    servers="$servers $!"
    until redis-cli -s "$socket" PING >/dev/null 2>&1; do sleep 0.05; done
}

# Fills the revocations with signed messages of about 350 bytes.
fill_signed() {
    $CC -O2 -o "$build/signed" "$benchmarks/Data/signed.c" -lcrypto
    "$build/signed" "$key" "$1" | redis-cli -s "$socket" --pipe >"$folder/fill.log"
}
