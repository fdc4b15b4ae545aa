#!/bin/sh
# verify-sig beside a C program on hiredis and libcrypto, and beside redis-py with its C parser: the same stream. Needs
# libhiredis-dev, libssl-dev, a C compiler, and python3 with venv. MESSAGES (1000000), ROUNDS (5).
. "$(dirname "$0")/support.sh"
messages=${MESSAGES:-1000000}
rounds=${ROUNDS:-5}
$CC -O2 -I "$benchmarks/Data" -o "$build/verify" "$benchmarks/Peers/verify.c" -lhiredis -lcrypto
python=$build/venv/bin/python
if ! "$python" -c 'import redis, hiredis' 2>/dev/null; then
    python3 -m venv "$build/venv"
    "$build/venv/bin/pip" install -q 'redis[hiredis]' >&2
fi
start_server
fill_signed "$messages"
export REDIS_URL="unix://$socket" STREAMS_HMAC_KEY="$key"
set -- "$CARACALCTL" verify-sig sessions.revoke -o ndjson --
"$CARACALCTL" verify-sig sessions.revoke -o ndjson | grep -q "\"entries\":$messages,\"valid\":$messages,"
"$build/verify" "$socket" "$key" | grep -qx "$messages $messages"
"$python" "$benchmarks/Peers/verify.py" "$socket" "$key" | grep -qx "$messages $messages"

compare "$rounds" "verify-sig, $messages entries" "C with hiredis and libcrypto" "$@" "$build/verify" "$socket" "$key"
compare "$rounds" "verify-sig, $messages entries" "redis-py with its C parser" "$@" \
    "$python" "$benchmarks/Peers/verify.py" "$socket" "$key"
