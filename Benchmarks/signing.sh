#!/bin/sh
# Signing a message of about 350 bytes, from its fields to the hexadecimal signature, beside the same HMAC in C, whose fields
# are in order already. What the other steps of publish and verify-sig cost goes to stderr.
. "$(dirname "$0")/support.sh"
$CC -O2 -o "$build/evp-mac" "$benchmarks/Peers/evp-mac.c" -l:libcrypto.a -ldl -lpthread
swift build -q -c release --product SigningBenchmark --package-path "$root" --scratch-path "$build/signing" >&2
"$build/signing/release/SigningBenchmark" >"$folder/ours"
cat "$folder/ours" >&2
awk -F '\t' -v theirs="$("$build/evp-mac")" '$1 == "sort, canonical form, HMAC" {
    printf "signing a message\t%.2f us\tEVP_MAC in C\t%.2f us\t%.2f\t\t\n", $2 / 1e3, theirs / 1e3, $2 / theirs }' "$folder/ours"
