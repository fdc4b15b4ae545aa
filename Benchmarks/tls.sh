#!/bin/sh
# What TLS costs: `xlen` over rediss:// beside `redis-cli --tls XLEN`, whole processes; and `verify-sig` of a stream by TLS
# beside the same in the clear. One private redis-server 7.0 with certificates made for the run. Needs libssl-dev, a C
# compiler, redis-server with TLS, and openssl.
#
# Builds in BUILD_DIR (default .build/tls-benchmark); CARACALCTL names a release build to measure instead of building one.
# MESSAGES (1000000), RUNS (300) of xlen and ROUNDS (5) of verify-sig may be set too.
set -eu
cd "$(dirname "$0")"
root=$(cd .. && pwd)
build=${BUILD_DIR:-$root/.build/tls-benchmark}
messages=${MESSAGES:-1000000}
runs=${RUNS:-300}
rounds=${ROUNDS:-5}
key=7777777777777777777777777777777777777777777777777777777777777777
stream=caracal.sessions.revoke
mkdir -p "$build"

${CC:-clang} -O2 -o "$build/alternate" TLS/alternate.c
${CC:-clang} -O2 -o "$build/fill" VerifySig/fill.c -lcrypto
if [ -z "${CARACALCTL:-}" ]; then
    make -s -C "$root" build
    CARACALCTL=$root/.build/release/caracalctl
fi

folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill $server; wait $server 2>/dev/null || true; rm -r "$folder"' EXIT
trap 'exit 130' INT TERM
pem() { # a name, and the arguments of openssl that are its own
    name=$1
    shift
    openssl req -x509 -days 2 -nodes -keyout "$folder/$name.key" -out "$folder/$name.pem" "$@" 2>"$folder/log"
}
pem ca -newkey rsa:2048 -subj /CN=ca
# A self-made certificate would be trusted as its own issuer; this one has an issuer, as in production.
pem server -newkey rsa:2048 -subj /CN=server -addext subjectAltName=IP:127.0.0.1 -CA "$folder/ca.pem" -CAkey "$folder/ca.key"
port=${PORT:-7399}
redis-server --port "$port" --tls-port $((port + 1)) --bind 127.0.0.1 --unixsocket "$folder/redis.sock" --save '' \
    --appendonly no --dir "$folder" --tls-auth-clients no --tls-cert-file "$folder/server.pem" \
    --tls-key-file "$folder/server.key" --tls-ca-cert-file "$folder/ca.pem" >"$folder/log" &
server=$!
until redis-cli -s "$folder/redis.sock" ping >/dev/null 2>&1; do sleep 0.05; done
"$build/fill" "$key" "$messages" | redis-cli -s "$folder/redis.sock" --pipe >"$folder/fill.log"

compare() { # how often, what it is, its goal, the other's name, and the two commands
    count=$1 what=$2 goal=$3 other=$4
    shift 4
    "$build/alternate" "$count" "$@" | awk -v what="$what" -v goal="$goal" -v other="$other" '
        { printf "%-24s %10.2f ms   %-20s %10.2f ms   ratio %.2f%s\n", what, $1 / 1e3, other, $2 / 1e3, $1 / $2, goal }'
}
tls="--url rediss://127.0.0.1:$((port + 1)) --cacert $folder/ca.pem"
export STREAMS_HMAC_KEY="$key"
# shellcheck disable=SC2086 # options without spaces
{
    compare "$runs" "xlen by TLS" " (goal: at most 1.0)" "redis-cli --tls" \
        "$CARACALCTL" xlen $stream --raw $tls -- \
        redis-cli --tls --cacert "$folder/ca.pem" -h 127.0.0.1 -p $((port + 1)) XLEN $stream
    compare "$runs" "xlen by TLS" "" "xlen in the clear" \
        "$CARACALCTL" xlen $stream --raw $tls -- "$CARACALCTL" xlen $stream --raw --port "$port"
    compare "$rounds" "verify-sig by TLS" "" "in the clear" \
        "$CARACALCTL" verify-sig $stream $tls -- "$CARACALCTL" verify-sig $stream --port "$port"
}
