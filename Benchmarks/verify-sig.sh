#!/bin/sh
# verify-sig beside a C program on hiredis and libcrypto, and beside redis-py with its C parser: the same stream, one
# private server, runs taken in turn. Needs libhiredis-dev, libssl-dev, a C compiler, redis-server and python3 with venv.
#
# Builds in BUILD_DIR (default .build/verify-sig-benchmark); CARACALCTL names a release build to measure instead of
# building one. MESSAGES (1000000) and ROUNDS (5) may be set too.
set -eu
cd "$(dirname "$0")/VerifySig"
root=$(cd ../.. && pwd)
build=${BUILD_DIR:-$root/.build/verify-sig-benchmark}
messages=${MESSAGES:-1000000}
rounds=${ROUNDS:-5}
key=7777777777777777777777777777777777777777777777777777777777777777
mkdir -p "$build"

${CC:-clang} -O2 -o "$build/fill" fill.c -lcrypto
${CC:-clang} -O2 -o "$build/verify" verify.c -lhiredis -lcrypto
if [ ! -x "$build/venv/bin/python" ] || ! "$build/venv/bin/python" -c 'import redis, hiredis' 2>/dev/null; then
    python3 -m venv "$build/venv"
    "$build/venv/bin/pip" install -q 'redis[hiredis]'
fi
if [ -z "${CARACALCTL:-}" ]; then
    swift build -q -c release --static-swift-stdlib --product caracalctl --package-path "$root" --scratch-path "$build/swift"
    CARACALCTL=$build/swift/release/caracalctl
fi

folder=$(mktemp -d)
redis-server --port 0 --unixsocket "$folder/redis.sock" --save '' --appendonly no --dir "$folder" >"$folder/log" &
server=$!
trap 'kill $server; wait $server 2>/dev/null || true; rm -r "$folder"' EXIT
trap 'exit 130' INT TERM
until redis-cli -s "$folder/redis.sock" ping >/dev/null 2>&1; do sleep 0.05; done
"$build/fill" "$key" "$messages" | redis-cli -s "$folder/redis.sock" --pipe >"$folder/fill.log"

export STREAMS_HMAC_KEY="$key"
ours() { "$CARACALCTL" verify-sig sessions.revoke --socket "$folder/redis.sock" -o ndjson >"$folder/out"; }
c() { "$build/verify" "$folder/redis.sock" "$key" >"$folder/out"; }
python() { "$build/venv/bin/python" verify.py "$folder/redis.sock" "$key" >"$folder/out"; }
seconds() { # a program and its arguments: its wall time, added to the file named after it
    start=$(date +%s%N)
    "$1"
    end=$(date +%s%N)
    echo $((end - start)) >>"$folder/$1"
}
c && grep -qx "$messages $messages" "$folder/out"
ours && grep -q "\"entries\":$messages,\"valid\":$messages," "$folder/out"
round=0
while [ $round -lt "$rounds" ]; do
    seconds ours
    seconds c
    seconds ours
    seconds c
    [ $((round % 2)) -eq 1 ] || seconds python
    round=$((round + 1))
done
median() { sort -n "$folder/$1" | awk '{ times[NR] = $1 } END { print times[int((NR + 1) / 2)] }'; }
peak=$(/usr/bin/env python3 - "$CARACALCTL" "$folder/redis.sock" <<'PY'
import os, resource, subprocess, sys
subprocess.run([sys.argv[1], "verify-sig", "sessions.revoke", "--socket", sys.argv[2]], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
PY
)
awk -v ours="$(median ours)" -v c="$(median c)" -v python="$(median python)" -v messages="$messages" -v peak="$peak" '
function line(name, time) { printf "%-12s %8.3f s %12.0f entries/s\n", name, time / 1e9, messages / time * 1e9 }
BEGIN {
    line("verify-sig", ours); line("C", c); line("redis-py", python)
    printf "verify-sig / C: %.2f (goal: at most 0.75)\n", ours / c
    printf "redis-py / verify-sig: %.1f (goal: at least 4)\n", python / ours
    printf "peak memory: %.1f MB (goal: at most 40)\n", peak / 1e3 * 1.024
}'
