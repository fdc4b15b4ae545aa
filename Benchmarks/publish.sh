#!/bin/sh
# publish --ndjson beside redis-cli --pipe, which is fed the same messages already signed and encoded; and one signed
# publish, the whole process, beside redis-cli XADD of the same fields. Runs are taken in turn, each bulk run on a private
# redis-server with Caracal's settings of its own.
#
# CARACALCTL names a release build to measure instead of the one that `make build` makes. MESSAGES (1000000), ROUNDS (5) and
# SINGLES (40) may be set too.
set -eu
cd "$(dirname "$0")/Publish"
root=$(cd ../.. && pwd)
messages=${MESSAGES:-1000000}
rounds=${ROUNDS:-5}
singles=${SINGLES:-40}
if [ -z "${CARACALCTL:-}" ]; then
    make -s -C "$root" build >&2
    CARACALCTL=$root/.build/release/caracalctl
fi
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
trap 'exit 130' INT TERM
export CARACALCTL STREAMS_HMAC_KEY=7777777777777777777777777777777777777777777777777777777777777777
python3 messages.py "$messages" "$STREAMS_HMAC_KEY" "$folder/messages.ndjson" "$folder/messages.resp"

bulk() { "$CARACALCTL" sandbox -- ./measure.py bulk "$folder/messages.$1" "$messages" >>"$folder/$1"; }
round=0
while [ $round -lt "$rounds" ]; do
    bulk ndjson
    bulk resp
    round=$((round + 1))
done
"$CARACALCTL" sandbox -- ./measure.py singles "$singles" >"$folder/singles"
./measure.py report "$messages" "$folder/ndjson" "$folder/resp" "$folder/singles"
