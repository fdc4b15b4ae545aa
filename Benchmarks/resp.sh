#!/bin/sh
# The RESP parser beside hiredis' reader, on the same bytes in the same run. Needs libhiredis-dev and a C compiler.
# Processor time, the median of all rounds; peak memory of the whole process, the bytes themselves included.
# Builds in the directory given by BUILD_DIR, or .build/resp-benchmark.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD_DIR:-$root/.build/resp-benchmark}
mkdir -p "$build"
build=$(cd "$build" && pwd)
cd "$root/Benchmarks/RESP"
${CC:-cc} -O2 -o "$build/hiredis" hiredis.c -lhiredis
swift build -q -c release --static-swift-stdlib --scratch-path "$build/swift"
ours="$build/swift/release/RESPBenchmark"

printf '%-44s %12s %12s %7s %12s %12s\n' workload 'ours MB/s' 'hiredis MB/s' ratio 'ours KiB' 'hiredis KiB'
measure() { # title, workload, size of a read, rounds
    bytes="$build/$2.resp"
    "$ours" "$2" >"$bytes"
    read -r our_seconds our_payload our_peak <<EOF
$("$ours" "$bytes" "$3" "$4")
EOF
    read -r their_seconds their_payload their_peak <<EOF
$("$build/hiredis" "$bytes" "$3" "$4")
EOF
    [ "$our_payload" = "$their_payload" ] || { echo "the two disagree on $2" >&2; exit 1; }
    awk -v title="$1" -v size="$(wc -c <"$bytes")" -v ours="$our_seconds" -v theirs="$their_seconds" \
        -v our_peak="$our_peak" -v their_peak="$their_peak" 'BEGIN {
        printf "%-44s %12.0f %12.0f %6.1fx %12d %12d\n", title, size / ours / 1e6, size / theirs / 1e6, theirs / ours,
            our_peak, their_peak }'
}
measure '1,000 stream entries, whole' page 100000000 400
measure '1,000 stream entries, in reads of 64 KiB' page 65536 400
measure 'array of 5 MB, in reads of 16 KiB' array 16384 60
