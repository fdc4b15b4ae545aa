#!/bin/sh
# What memory foretells, beside the truth: a stream is filled to a tenth of its bound, memory says what it will take at its
# bound, the stream is filled, and used_memory tells. Not a time, so `run` leaves it out. SERVERS names the redis-server
# programs, by default all that the tests use.
. "$(dirname "$0")/support.sh"
if [ -z "${SERVERS:-}" ]; then
    "$root/Scripts/fetch-servers"
    SERVERS="$(command -v redis-server) $root/.build-servers/redis-6.2/redis-server $root/.build-servers/redis-8.2/redis-server \
        $root/.build-servers/valkey-9.1/valkey-server"
fi
export REDIS_URL="unix://$socket"
for program in $SERVERS; do
    SERVER=$program start_server
    "$program" --version
    python3 "$benchmarks/Data/forecast.py" "$socket" "$CARACALCTL"
    redis-cli -s "$socket" SHUTDOWN NOSAVE
done
