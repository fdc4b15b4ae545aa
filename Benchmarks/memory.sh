#!/bin/bash
# memory beside the truth and beside redis-cli. First the forecast: a stream is filled to a tenth of its bound, memory
# says what it will take at its bound, the stream is filled, and used_memory tells. Then the time: the whole process
# beside one redis-cli PING, on nine streams with a million entries in all, runs taken in turn, and the server's slow log.
# Needs redis-server, redis-cli and python3.
#
# CARACALCTL names a release build to measure instead of building one; SERVERS the redis-server programs (by default all
# that the tests use); ROUNDS (101).
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
if [ -z "${CARACALCTL:-}" ]; then
    make -s -C "$root" build
    CARACALCTL=$root/.build/release/caracalctl
fi
if [ -z "${SERVERS:-}" ]; then
    "$root/Scripts/fetch-servers"
    SERVERS="$(command -v redis-server) $root/.build-servers/redis-6.2/redis-server $root/.build-servers/redis-8.2/redis-server"
fi

folder=$(mktemp -d)
socket=$folder/redis.sock
server=
stop() {
    [ -z "$server" ] || { kill -KILL "$server"; wait "$server" 2>/dev/null || true; }
    server=
}
trap 'stop; rm -r "$folder"' EXIT
trap 'exit 130' INT TERM
start() { # a redis-server program
    stop
    "$1" --port 0 --unixsocket "$socket" --save '' --appendonly no --dir "$folder" --slowlog-log-slower-than 5000 \
        >"$folder/log" &
    server=$!
    until redis-cli -s "$socket" ping >/dev/null 2>&1; do sleep 0.05; done
}
export REDIS_URL=unix://$socket

for program in $SERVERS; do
    start "$program"
    "$program" --version
    python3 "$root/Benchmarks/Memory/forecast.py" "$socket" "$CARACALCTL"
done

start "$(echo "$SERVERS" | awk '{ print $NF }')"
python3 "$root/Benchmarks/Memory/time.py" "$socket" "$CARACALCTL" "${ROUNDS:-101}"
echo "commands over 5 ms in the server's slow log: $(redis-cli -s "$socket" SLOWLOG LEN)"
