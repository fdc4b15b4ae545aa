#!/bin/sh
# Times signing, verifying and reading messages beside the same HMAC in C, in one run.
# Needs a Package.swift that has the executable target SigningBenchmark (path: Benchmarks/Signing); run from its folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
peer=$(mktemp)
trap 'rm -f "$peer"' EXIT
cc -O2 -o "$peer" "$here/SigningPeer.c" -l:libcrypto.a -ldl -lpthread
swift build -c release --product SigningBenchmark >&2
"$peer"
"$(swift build -c release --show-bin-path)/SigningBenchmark"
"$peer"
