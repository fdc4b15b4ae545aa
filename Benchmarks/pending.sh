#!/bin/sh
# pending beside redis-cli, on nine streams with a million entries in all and 300,000 pending: the summary beside one PING, and
# the whole list of one group beside XPENDING, page after page, as one process that is fed all of them and as one process for
# each. ROUNDS (101), LISTS (5).
. "$(dirname "$0")/support.sh"
start_server --slowlog-log-slower-than 5000
export REDIS_URL="unix://$socket"
"$CARACALCTL" provision >/dev/null
python3 "$benchmarks/Data/nine_streams.py" "$socket" 100
for consumer in audit-7d9f-x2k audit-5c11-old audit-33b0-q8z; do
    redis-cli -s "$socket" XREADGROUP GROUP audit-ingestor $consumer COUNT 100000 STREAMS caracal.audit.events '>' >/dev/null
done
redis-cli -s "$socket" SLOWLOG RESET >/dev/null

"$CARACALCTL" pending | grep -q '300,000'
"$CARACALCTL" pending audit.events audit-ingestor --all >"$folder/list"
[ "$(grep -c ' present$' "$folder/list")" = 300000 ]
# Where the pages begin is found out before: the peer does nothing but ask.
grep ' present$' "$folder/list" | awk 'NR % 1000 == 1 { print "XPENDING caracal.audit.events audit-ingestor", $1, "+ 1000" }' \
    >"$folder/pages"

compare "${ROUNDS:-101}" "pending, a million entries, 300,000 pending" "redis-cli PING" "$CARACALCTL" pending -- \
    redis-cli -s "$socket" PING
set -- "$CARACALCTL" pending audit.events audit-ingestor --all --
client="redis-cli -s $socket"
compare "${LISTS:-5}" "pending --all, 300,000 entries" "redis-cli, fed 300 XPENDING" "$@" sh -c "exec $client <$folder/pages"
compare "${LISTS:-5}" "pending --all, 300,000 entries" "redis-cli XPENDING, a process for each page" "$@" \
    sh -c "while read -r page; do $client \$page </dev/null; done <$folder/pages"
echo "commands over 5 ms in the server's slow log: $(redis-cli -s "$socket" SLOWLOG LEN)" >&2
