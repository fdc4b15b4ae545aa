#!/bin/sh
# Times signing, verifying and reading messages beside the same HMAC in C, in one run.
# Builds in BUILD_DIR (default .build/signing-benchmark).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
peer=$(mktemp)
trap 'rm -f "$peer"' EXIT
cc -O2 -o "$peer" "$here/SigningPeer.c" -l:libcrypto.a -ldl -lpthread
root=$here/..
build=${BUILD_DIR:-$root/.build/signing-benchmark}
swift build -q -c release --product SigningBenchmark --package-path "$root" --scratch-path "$build" >&2
"$peer"
"$build/release/SigningBenchmark"
"$peer"
