#!/bin/bash
# pending beside redis-cli, on nine streams with a million entries in all and 300,000 pending: the summary beside one
# PING, and the whole list of one group beside a loop of XPENDING pages. One private server, runs taken in turn. Needs
# redis-server, redis-cli and python3.
#
# Builds in BUILD_DIR (default .build/pending-benchmark); CARACALCTL names a release build to measure instead of building
# one, SERVER another redis-server. ROUNDS (101) may be set too.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD_DIR:-$root/.build/pending-benchmark}
rounds=${ROUNDS:-101}
if [ -z "${CARACALCTL:-}" ]; then
    make -s -C "$root" build
    CARACALCTL=$root/.build/release/caracalctl
fi
mkdir -p "$build"

folder=$(mktemp -d)
socket=$folder/redis.sock
"${SERVER:-redis-server}" --port 0 --unixsocket "$socket" --save '' --appendonly no --dir "$folder" \
    --slowlog-log-slower-than 5000 >"$folder/log" &
server=$!
trap 'kill $server; wait $server 2>/dev/null || true; rm -r "$folder"' EXIT
trap 'exit 130' INT TERM
until redis-cli -s "$socket" ping >/dev/null 2>&1; do sleep 0.05; done
export REDIS_URL=unix://$socket
"$CARACALCTL" provision >/dev/null

python3 - <<'PY' | redis-cli -s "$socket" --pipe >"$folder/fill"
import sys, time
start = int(time.time() * 1000) - 10_000_000
sizes = {
    "audit.events": 400_000, "audit.events.dlq": 100_000, "policy.invalidate": 10_000, "sessions.revoke": 10_000,
    "keys.invalidate": 10_000, "agents.lifecycle": 200_000, "invocations.lifecycle": 200_000,
    "delegations.invalidate": 69_999,
}
for name, count in sizes.items():
    for number in range(count):
        words = ["XADD", "caracal." + name, f"{start + number}-0", "data", "x" * 100]
        sys.stdout.write(f"*{len(words)}\r\n" + "".join(f"${len(word)}\r\n{word}\r\n" for word in words))
PY
for consumer in audit-7d9f-x2k audit-5c11-old audit-33b0-q8z; do
    redis-cli -s "$socket" XREADGROUP GROUP audit-ingestor $consumer COUNT 100000 STREAMS caracal.audit.events '>' >/dev/null
done
redis-cli -s "$socket" SLOWLOG RESET >/dev/null

list() { "$CARACALCTL" pending audit.events audit-ingestor --all >"$folder/list"; }
pages() { # nothing but redis-cli: where its pages begin was found out before
    local start
    while read -r start; do
        redis-cli -s "$socket" XPENDING caracal.audit.events audit-ingestor "$start" + 1000
    done <"$folder/starts" >"$folder/pages"
}
summary() { "$CARACALCTL" pending >"$folder/summary"; }
ping() { redis-cli -s "$socket" PING >"$folder/ping"; }
nanoseconds() { # a function: its wall time, added to the file named after it
    local start end
    start=$(date +%s%N)
    "$1"
    end=$(date +%s%N)
    echo $((end - start)) >>"$folder/$1.times"
}
for ((round = 0; round < rounds; round++)); do
    nanoseconds ping
    nanoseconds summary
done
list
grep ' present$' "$folder/list" | awk 'NR % 1000 == 1 { print $1 }' >"$folder/starts"
for ((round = 0; round < 5; round++)); do
    nanoseconds list
    nanoseconds pages
done
slow=$(redis-cli -s "$socket" SLOWLOG LEN)
redis-cli -s "$socket" SLOWLOG GET 100 >"$folder/slow" # of a busy machine it also holds what was merely kept waiting
grep -q '300,000' "$folder/summary"
[ "$(grep -c ' present$' "$folder/list")" = 300000 ]
[ "$(wc -l <"$folder/pages")" = 1200000 ]
median() { sort -n "$folder/$1.times" | awk '{ times[NR] = $1 } END { print times[int((NR + 1) / 2)] }'; }
peak=$(python3 - "$CARACALCTL" <<'PY'
import resource, subprocess, sys
arguments = [sys.argv[1], "pending", "audit.events", "audit-ingestor", "--all"]
subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
PY
)
awk -v ping="$(median ping)" -v summary="$(median summary)" -v list="$(median list)" -v pages="$(median pages)" \
    -v peak="$peak" -v slow="$slow" '
BEGIN {
    printf "redis-cli PING %.2f ms, pending %.2f ms: %.2f (goal: at most 1.5)\n", ping / 1e6, summary / 1e6, summary / ping
    printf "XPENDING pages %.2f s, pending --all %.2f s: %.3f (goal: at most 0.2)\n", pages / 1e9, list / 1e9, list / pages
    printf "peak memory: %.1f MB (goal: at most 40)\n", peak / 1e3 * 1.024
    printf "commands over 5 ms in the slow log: %d (goal: none)\n", slow
}'
grep -E '^(X[A-Z]+|TYPE|HELLO|CLIENT|PING)$' "$folder/slow" | sort | uniq -c || true
