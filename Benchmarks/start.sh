#!/bin/sh
# What it costs to start: whole processes that do next to nothing, beside redis-cli, over TCP. PAIRS (300), SCRIPTS (40).
. "$(dirname "$0")/support.sh"
pairs=${PAIRS:-300}
port=${PORT:-21720}
start_server --port "$port"
export REDIS_URL="redis://127.0.0.1:$port" STREAMS_HMAC_KEY="$key"
"$CARACALCTL" provision >/dev/null

compare "$pairs" "xlen of the nine streams" "redis-cli XLEN of one" "$CARACALCTL" xlen -- \
    redis-cli -p "$port" XLEN caracal.audit.events

zone=7c9e6679-7425-40de-944b-e07fc1f90ae7 session=550e8400-e29b-41d4-a716-446655440000
compare "$pairs" "publish, one signed message" "redis-cli XADD of the same fields" \
    "$CARACALCTL" publish sessions.revoke zone_id=$zone session_id=$session -- \
    redis-cli -p "$port" XADD caracal.sessions.revoke NOMKSTREAM '*' zone_id $zone session_id $session \
    outbox_id 019b0000-0000-7000-8000-000000000000 _sig "$key"

compare "${SCRIPTS:-40}" "provision, all there already" "redis-cli XGROUP CREATE, ten of them" "$CARACALCTL" provision -- \
    "$benchmarks/Peers/provision" "$port"
