#!/bin/sh
# memory beside one redis-cli PING, on nine streams with a million entries in all, of 200 bytes and of a kilobyte. ROUNDS (101).
. "$(dirname "$0")/support.sh"
start_server --maxmemory 4gb --appendonly yes --slowlog-log-slower-than 5000
export REDIS_URL="unix://$socket"
for size in 200 1024; do
    redis-cli -s "$socket" FLUSHALL >/dev/null
    python3 "$benchmarks/Data/nine_streams.py" "$socket" $size
    redis-cli -s "$socket" SLOWLOG RESET >/dev/null
    compare "${ROUNDS:-101}" "memory, a million entries of $size bytes" "redis-cli PING" "$CARACALCTL" memory -- \
        redis-cli -s "$socket" PING
    echo "commands over 5 ms in the server's slow log: $(redis-cli -s "$socket" SLOWLOG LEN)" >&2
done
