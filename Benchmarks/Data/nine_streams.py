"""Fills the nine streams with a million entries in all. Arguments: a server's socket, the bytes of an entry."""

import sys

from client import Client

COUNTS = {
    "audit.events": 400_000, "audit.events.dlq": 100_000, "policy.invalidate": 10_000, "sessions.revoke": 10_000,
    "keys.invalidate": 10_000, "agents.lifecycle": 200_000, "invocations.lifecycle": 200_000,
    "delegations.invalidate": 69_999, "providers.ratelimit": 1,
}

client = Client(sys.argv[1])
for name, count in COUNTS.items():
    client.fill("caracal." + name, count, lambda: int(sys.argv[2]))
