"""What memory foretells for a stream at its bound, beside what the stream takes there."""

import json
import random
import subprocess
import sys

from client import Client

SIZES = {
    "200 bytes": lambda: 200,
    "1 KB": lambda: 1024,
    "100 to 2,000 bytes": lambda: random.randint(100, 2000),
    "nine of 300 bytes, one of 5,000": lambda: 5000 if random.random() < 0.1 else 300,
}
path, caracalctl = sys.argv[1:]
CASES = [("caracal.audit.events", 1_000_000, "200 bytes")] + [
    ("caracal.audit.events.dlq", 100_000, name) for name in SIZES
]


def item(key):
    run = subprocess.run([caracalctl, "memory", "-o", "ndjson"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return next(item for item in map(json.loads, run.stdout.splitlines()) if item["stream"] == key)


for key, bound, name in CASES:
    filler = Client(path)
    before = filler.used()
    filler.fill(key, bound // 10, SIZES[name])
    foretold = item(key)["bytes_at_bound"]
    filler.fill(key, bound - bound // 10, SIZES[name])
    after = item(key)
    truth = filler.used() - before
    print(
        f"{bound:>9,} entries, {name:<32} took {truth / 2**20:6.1f} MiB;"
        f" foretold {foretold / truth - 1:+6.1%}, measured {after['bytes_estimate'] / truth - 1:+6.1%},"
        f" MEMORY USAGE {after['server_estimate_bytes'] / truth - 1:+6.1%}"
    )
    filler.send(["DEL", key])
