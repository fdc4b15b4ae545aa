#!/bin/sh
# The RESP parser beside hiredis' reader, on the same bytes. Needs libhiredis-dev and a C compiler. Processor time, the median
# of all rounds; peak memory of the whole process, the bytes themselves included.
. "$(dirname "$0")/support.sh"
cd "$benchmarks/RESP"
$CC -O2 -o "$build/hiredis" hiredis.c -lhiredis
swift build -q -c release --static-swift-stdlib --scratch-path "$build/resp" >&2
ours="$build/resp/release/RESPBenchmark"

measure() { # title, workload, size of a read, rounds
    bytes="$folder/$2.resp"
    "$ours" "$2" >"$bytes"
    read -r our_seconds our_payload our_peak <<END
$("$ours" "$bytes" "$3" "$4")
END
    read -r their_seconds their_payload _ <<END
$("$build/hiredis" "$bytes" "$3" "$4")
END
    [ "$our_payload" = "$their_payload" ] || { echo "the two disagree on $2" >&2; exit 1; }
    awk -v title="$1" -v ours="$our_seconds" -v theirs="$their_seconds" -v peak="$our_peak" 'BEGIN {
        printf "%s\t%.3f ms\thiredis\t%.3f ms\t%.2f\t\t%.1f MB\n", title, ours * 1e3, theirs * 1e3, ours / theirs,
            peak * 1024 / 1e6 }'
}
measure 'reading 1,000 stream entries at once' page 100000000 400
measure 'reading 1,000 stream entries, 64 KiB at a time' page 65536 400
measure 'reading an array of 5 MB, 16 KiB at a time' array 16384 60
