#!/bin/sh
# xlen on a cluster of three masters and three replicas beside redis-cli -c: as one process that is fed all nine streams, and
# as one process for each of the nine. ROUNDS (101), BASE (the first of six ports, 21730).
. "$(dirname "$0")/support.sh"
base=${BASE:-21730}
ports=$(seq "$base" $((base + 5)))
nodes=
for port in $ports; do
    mkdir "$folder/$port"
    socket=$folder/$port/redis.sock
    start_server --port "$port" --dir "$folder/$port" --cluster-enabled yes
    nodes="$nodes 127.0.0.1:$port"
done
# shellcheck disable=SC2086 # a list
redis-cli --cluster create $nodes --cluster-replicas 1 --cluster-yes >/dev/null
for port in $ports; do
    until redis-cli -p "$port" CLUSTER INFO | grep -q cluster_state:ok; do sleep 0.05; done
done
export REDIS_URL=redis://127.0.0.1:$base
"$CARACALCTL" provision >/dev/null

for stream in audit.events audit.events.dlq policy.invalidate sessions.revoke keys.invalidate agents.lifecycle \
    invocations.lifecycle delegations.invalidate providers.ratelimit; do
    echo "XLEN caracal.$stream"
done >"$folder/commands"
one="redis-cli -c -p $base"
compare "${ROUNDS:-101}" "xlen of nine on a six-node cluster" "redis-cli -c, fed all nine" "$CARACALCTL" xlen -- \
    sh -c "exec $one <$folder/commands"
compare "${ROUNDS:-101}" "xlen of nine on a six-node cluster" "redis-cli -c, a process for each" "$CARACALCTL" xlen -- \
    sh -c "while read -r command; do $one \$command </dev/null; done <$folder/commands"
