#!/usr/bin/env python3
"""Measures one run of publish's benchmark against the server in REDIS_URL, or sums all runs up."""

import os
import resource
import statistics
import subprocess
import sys
import time
import urllib.parse

CARACALCTL = os.environ["CARACALCTL"]
STREAM = "caracal.sessions.revoke"
FIELDS = ["zone_id=7c9e6679-7425-40de-944b-e07fc1f90ae7", "session_id=550e8400-e29b-41d4-a716-446655440000"]


def redis_cli(*arguments):
    return ["redis-cli", "-p", str(urllib.parse.urlsplit(os.environ["REDIS_URL"]).port), *arguments]


def seconds(command, standard_input=subprocess.DEVNULL):
    start = time.perf_counter()
    subprocess.run(command, stdin=standard_input, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def bulk(path, count):
    """Prints the wall time, and the peak memory in KiB."""
    if path.endswith(".resp"):
        with open(path, "rb") as commands:
            wall = seconds(redis_cli("--pipe"), commands)
    else:
        wall = seconds([CARACALCTL, "publish", "sessions.revoke", "--ndjson", path])
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    length = subprocess.run(redis_cli("XLEN", STREAM), capture_output=True, check=True).stdout
    if int(length) != int(count):
        sys.exit(f"{path}: {int(length)} entries instead of {count}")
    print(wall, peak)


def singles(count):
    """Prints the wall times of one publish and of one XADD, a pair a line."""
    sent = [part for field in FIELDS for part in field.split("=")]
    sent += ["outbox_id", "019b0000-0000-7000-8000-000000000000", "_sig", "0" * 64]
    for number in range(-3, int(count)):
        ours = seconds([CARACALCTL, "publish", "sessions.revoke", *FIELDS])
        theirs = seconds(redis_cli("XADD", STREAM, "NOMKSTREAM", "*", *sent))
        if number >= 0:
            print(ours, theirs)


def rows(path):
    with open(path) as lines:
        return [[float(word) for word in line.split()] for line in lines]


def line(title, ours, theirs, unit, scale):
    ratio = statistics.median(a / b for a, b in zip(ours, theirs))
    figures = [statistics.median(times) * scale for times in (ours, theirs)]
    print(f"{title:<44} {figures[0]:8.2f} {unit} {figures[1]:8.2f} {unit} {ratio:6.2f}")


def report(count, ndjson, resp, single):
    ours, theirs, pairs = rows(ndjson), rows(resp), rows(single)
    print(f"{'':<44} {'caracalctl':>11} {'redis-cli':>11}  ratio")
    title = f"{int(count):,} signed messages (beside --pipe)"
    line(title, [row[0] for row in ours], [row[0] for row in theirs], "s ", 1)
    line("one signed message (beside XADD)", [row[0] for row in pairs], [row[1] for row in pairs], "ms", 1000)
    print(f"{'peak memory of the former':<44} {max(row[1] for row in ours) / 1024:8.1f} MiB")


{"bulk": bulk, "singles": singles, "report": report}[sys.argv[1]](*sys.argv[2:])
