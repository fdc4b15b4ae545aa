#!/bin/bash
# xlen on a cluster of three masters and three replicas beside redis-cli -c, which asks for one stream after the other: as
# one process for each of the nine, and as one process that is fed all nine. Whole processes, runs taken in turn, medians.
# Needs redis-server, redis-cli and python3.
#
# CARACALCTL names a release build to measure instead of building one; ROUNDS (101), BASE (the first of six ports, 21730).
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
base=${BASE:-21730}
if [ -z "${CARACALCTL:-}" ]; then
    make -s -C "$root" build
    CARACALCTL=$root/.build/release/caracalctl
fi

folder=$(mktemp -d)
servers=
trap 'kill -KILL $servers 2>/dev/null || true; wait $servers 2>/dev/null || true; rm -r "$folder"' EXIT
trap 'exit 130' INT TERM
nodes=
for port in $(seq "$base" $((base + 5))); do
    mkdir "$folder/$port"
    redis-server --port "$port" --bind 127.0.0.1 --cluster-enabled yes --save '' --appendonly no --dir "$folder/$port" \
        >"$folder/$port/log" &
    servers="$servers $!"
    nodes="$nodes 127.0.0.1:$port"
    until redis-cli -p "$port" ping >/dev/null 2>&1; do sleep 0.05; done
done
# shellcheck disable=SC2086
redis-cli --cluster create $nodes --cluster-replicas 1 --cluster-yes >/dev/null
for port in $(seq "$base" $((base + 5))); do
    until redis-cli -p "$port" cluster info | grep -q cluster_state:ok; do sleep 0.05; done
done
export REDIS_URL=redis://127.0.0.1:$base
"$CARACALCTL" provision >/dev/null
python3 "$root/Benchmarks/Cluster/time.py" "$base" "$CARACALCTL" "${ROUNDS:-101}"
