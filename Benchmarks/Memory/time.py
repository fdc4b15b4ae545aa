"""The time of memory as a whole process, beside that of one redis-cli PING."""

import statistics
import subprocess
import sys
import time

from client import SIZES, Client

path, caracalctl, rounds = sys.argv[1:]
STREAMS = {
    "audit.events": 700_000, "audit.events.dlq": 100_000, "policy.invalidate": 10_000, "sessions.revoke": 10_000,
    "keys.invalidate": 10_000, "agents.lifecycle": 60_000, "invocations.lifecycle": 60_000,
    "delegations.invalidate": 49_999, "providers.ratelimit": 1,
}
PROGRAMS = {"redis-cli PING": ["redis-cli", "-s", path, "PING"], "memory": [caracalctl, "memory"]}


def seconds(program):
    start = time.perf_counter()
    subprocess.run(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


for size in ("200 bytes", "1 KB"):
    client = Client(path)
    client.send(["FLUSHALL"])
    for name, count in STREAMS.items():
        client.fill("caracal." + name, count, SIZES[size])
    client.send(["SLOWLOG", "RESET"])
    times = {name: [] for name in PROGRAMS}
    for _ in range(int(rounds)):
        for name, program in PROGRAMS.items():
            times[name].append(seconds(program))
    ping, memory = (statistics.median(times[name]) for name in PROGRAMS)
    print(f"a million entries of {size}: PING {ping * 1e3:.2f} ms, memory {memory * 1e3:.2f} ms, ratio {memory / ping:.2f}")
