#!/usr/bin/env python3
"""Writes COUNT revocations twice: as NDJSON for `caracalctl publish`, and signed and encoded for `redis-cli --pipe`."""

import hashlib
import hmac
import json
import sys
import uuid

STREAM = b"caracal.sessions.revoke"
REASONS = ("grant_revoked", "agent_terminated", "delegation_revoked", "session_expired")


def fields(number):
    tag = f"{number:012x}"
    return {
        "zone_id": f"7c9e6679-7425-40de-944b-{tag}",
        "session_id": f"550e8400-e29b-41d4-a716-{tag}",
        "grant_id": f"6ba7b810-9dad-11d1-80b4-{tag}",
        "reason": REASONS[number % len(REASONS)],
        "epoch": number,
    }


def entry(message, number, key):
    pairs = {name.encode(): str(value).encode() for name, value in message.items()}
    pairs[b"outbox_id"] = str(uuid.UUID(int=0x019B0000000070008000000000000000 + number)).encode()
    canonical = STREAM + b"\n" + b"".join(b"%s=%s\n" % (name, pairs[name]) for name in sorted(pairs))
    pairs[b"_sig"] = hmac.new(key, canonical, hashlib.sha256).hexdigest().encode()
    return pairs


def command(pairs):
    arguments = [b"XADD", STREAM, b"NOMKSTREAM", b"*"]
    for pair in pairs.items():
        arguments.extend(pair)
    return b"*%d\r\n" % len(arguments) + b"".join(b"$%d\r\n%s\r\n" % (len(text), text) for text in arguments)


def main(count, key, messages, commands):
    with open(messages, "w") as plain, open(commands, "wb") as encoded:
        for number in range(count):
            message = fields(number)
            plain.write(json.dumps(message) + "\n")
            encoded.write(command(entry(message, number, bytes.fromhex(key))))


main(int(sys.argv[1]), *sys.argv[2:])
