#!/bin/sh
# publish --ndjson beside redis-cli --pipe, which is fed the same messages already signed and encoded, each into an empty
# stream. MESSAGES (1000000), ROUNDS (5).
. "$(dirname "$0")/support.sh"
messages=${MESSAGES:-1000000}
start_server
export REDIS_URL="unix://$socket" STREAMS_HMAC_KEY="$key"
python3 "$benchmarks/Data/messages.py" "$messages" "$key" "$folder/messages.ndjson" "$folder/messages.resp"

holds_all() { # what is there is what was sent
    [ "$(redis-cli -s "$socket" XLEN caracal.sessions.revoke)" = "$messages" ] || { echo "not $messages entries" >&2; exit 1; }
}
ours() { "$CARACALCTL" publish sessions.revoke --ndjson "$folder/messages.ndjson" >/dev/null; }
empty="redis-cli -s $socket FLUSHALL >/dev/null && $CARACALCTL provision >/dev/null"
sh -c "$empty"
ours
holds_all
sh -c "$empty"
redis-cli -s "$socket" --pipe <"$folder/messages.resp" >/dev/null
holds_all
compare -b "$empty" "${ROUNDS:-5}" "publish --ndjson, $messages messages" "redis-cli --pipe, signed before" \
    "$CARACALCTL" publish sessions.revoke --ndjson "$folder/messages.ndjson" -- \
    sh -c "exec redis-cli -s $socket --pipe <$folder/messages.resp"
