#!/usr/bin/env python3
"""Dispatches rows while it is killed again and again, beside the dispatchers of the services.

    caracalctl sandbox --postgres -- .build-python/bin/python Tests/Soak/dispatch.py CARACALCTL [ROWS] [KILLS]

No row may be lost, none may stay behind, and only what a killed process had in hand may be in its stream twice.
"""
import collections
import os
import random
import signal
import subprocess
import sys
import time
import uuid

import psycopg
import redis

TOOL = os.path.abspath(sys.argv[1])
ROWS, KILLS = (int(text) for text in (sys.argv[2:] + ["10000", "50"][len(sys.argv) - 2:])[:2])
RIVAL = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "Rivals", "dispatcher.py")
BATCHES = {"api": 32, "coordinator": 50}
STREAMS = {"api": "caracal.keys.invalidate", "coordinator": "caracal.sessions.revoke"}
# A lock of somebody who was killed is to run out within the run.
ENVIRONMENT = os.environ | {"CARACAL_OUTBOX_LOCK_SEC": "2", "OUTBOX_INTERVAL_MS": "100"}


def identifier():
    """A UUIDv7."""
    text = f"{time.time_ns() // 1_000_000:012x}7{random.getrandbits(12):03x}{0x8000 | random.getrandbits(14):04x}{random.getrandbits(48):012x}"
    return str(uuid.UUID(text))


def insert(database, count):
    for outbox in BATCHES:
        ids = [identifier() for _ in range(count)]
        with database.cursor() as cursor:
            if outbox == "api":
                cursor.executemany(
                    "INSERT INTO event_outbox (id, stream_name, payload_json) VALUES (%s, %s, '{\"zone_id\": \"z\"}')",
                    [(name, STREAMS[outbox]) for name in ids])
            else:
                cursor.executemany(
                    "INSERT INTO caracal_outbox (id, producer, topic, dedupe_key, payload_json)"
                    " VALUES (%s, 'coordinator', %s, %s, '{\"zone_id\": \"z\", \"session_id\": \"s\"}')",
                    [(name, STREAMS[outbox], name) for name in ids])
        yield from ((outbox, name) for name in ids)


def left(database):
    return database.execute(
        "SELECT (SELECT count(*) FROM event_outbox WHERE dispatched_at IS NULL)"
        " + (SELECT count(*) FROM caracal_outbox WHERE status <> 'published')").fetchone()[0]


def main():
    database = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    store = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
    rivals = [
        subprocess.Popen([sys.executable, RIVAL, outbox], env=ENVIRONMENT, stdout=subprocess.DEVNULL)
        for outbox in BATCHES
    ]
    made, in_hand, took_part = [], set(), 0
    try:
        for _ in range(KILLS):
            made += insert(database, ROWS // KILLS // 2)
            tool = subprocess.Popen(
                [TOOL, "outbox", "dispatch", "--follow", "--yes", "-q"], env=ENVIRONMENT, stdin=subprocess.DEVNULL)
            # Rows go on coming, so that it has some in hand whenever it is killed.
            end = time.monotonic() + 0.1 + random.random() * 0.4
            while time.monotonic() < end:
                made += insert(database, 1)
            tool.send_signal(signal.SIGKILL)
            tool.wait()
            held = database.execute(
                "SELECT id FROM event_outbox WHERE dispatched_at IS NULL AND locked_until IS NOT NULL"
                " AND locked_by LIKE 'caracalctl-%'").fetchall()
            in_hand |= {row[0] for row in held}
        deadline = time.monotonic() + 120
        while left(database) > 0:
            if time.monotonic() > deadline:
                break
            subprocess.run([TOOL, "outbox", "dispatch", "--once", "--yes", "-q"], env=ENVIRONMENT, stdin=subprocess.DEVNULL)
            time.sleep(0.5)
    finally:
        for rival in rivals:
            rival.kill()
            rival.wait()
    took_part = database.execute("SELECT count(*) FROM event_outbox WHERE locked_by LIKE 'caracalctl-%'").fetchone()[0]
    found = {
        outbox: collections.Counter(fields.get("outbox_id") for _, fields in store.xrange(stream))
        for outbox, stream in STREAMS.items()
    }
    lost = [name for outbox, name in made if found[outbox][name] == 0]
    doubled = {outbox: [name for name, count in found[outbox].items() if count > 1] for outbox in BATCHES}
    stray = [name for name in doubled["api"] if name not in in_hand]
    limit = KILLS * BATCHES["coordinator"]
    behind = left(database)
    print(
        f"{len(made)} rows, {KILLS} kills, {took_part} of the API's by caracalctl: lost {len(lost)}, left {behind},"
        f" doubled {len(doubled['api'])} (API, of {len(in_hand)} that were in hand)"
        f" and {len(doubled['coordinator'])} (Coordinator)")
    bad = lost or behind or stray or len(doubled["coordinator"]) > limit or took_part == 0
    if bad:
        print(f"VIOLATION: lost {lost[:5]}, doubled and never in hand {stray[:5]}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
