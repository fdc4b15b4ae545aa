#!/bin/sh
# What TLS costs: xlen over rediss:// beside redis-cli --tls XLEN, whole processes; and verify-sig by TLS beside the same in
# the clear. Certificates are made for the run. PAIRS (300), MESSAGES (1000000), ROUNDS (5).
. "$(dirname "$0")/support.sh"
stream=caracal.sessions.revoke
port=${PORT:-21722}
pem() { # a name, and the arguments of openssl that are its own
    name=$1
    shift
    openssl req -x509 -days 2 -nodes -keyout "$folder/$name.key" -out "$folder/$name.pem" "$@" 2>"$folder/openssl.log"
}
pem ca -newkey rsa:2048 -subj /CN=ca
# A self-made certificate would be trusted as its own issuer; this one has an issuer, as in production.
pem server -newkey rsa:2048 -subj /CN=server -addext subjectAltName=IP:127.0.0.1 -CA "$folder/ca.pem" -CAkey "$folder/ca.key"
start_server --port "$port" --tls-port $((port + 1)) --tls-auth-clients no --tls-cert-file "$folder/server.pem" \
    --tls-key-file "$folder/server.key" --tls-ca-cert-file "$folder/ca.pem"
fill_signed "${MESSAGES:-1000000}"
export STREAMS_HMAC_KEY="$key"
tls="--url rediss://127.0.0.1:$((port + 1)) --cacert $folder/ca.pem"

# shellcheck disable=SC2086 # options without spaces
compare "${PAIRS:-300}" "xlen over TLS" "redis-cli --tls XLEN" "$CARACALCTL" xlen $stream --raw $tls -- \
    redis-cli --tls --cacert "$folder/ca.pem" -h 127.0.0.1 -p $((port + 1)) XLEN $stream
# shellcheck disable=SC2086
compare "${ROUNDS:-5}" "verify-sig over TLS, ${MESSAGES:-1000000} entries" "the same in the clear" \
    "$CARACALCTL" verify-sig $stream $tls -- "$CARACALCTL" verify-sig $stream --port "$port"
