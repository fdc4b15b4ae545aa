"""The dispatchers of Caracal's services, as rivals in tests: `dispatcher.py api|coordinator [--once]`.

Written from what the services do, not from caracalctl. It takes DATABASE_URL (and PGPASSFILE), REDIS_URL, STREAMS_HMAC_KEY or
STREAMS_HMAC_KEY_FILE, and the services' own variables. It says `ready` once both servers have answered, and with --once ends when
no row is due, with `published N`.
"""

import hashlib
import hmac
import json
import math
import os
import random
import sys
import time
from decimal import Decimal

import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry


def setting(*names_and_default):
    """The first variable that is set, as a number."""
    *names, default = names_and_default
    return next((int(os.environ[name]) for name in names if os.environ.get(name)), default)


# Values, as JavaScript prints them


def number(value):
    """String(value) of a JavaScript number: the shortest digits that give it back."""
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    text = "".join(map(str, digits)).rstrip("0")
    point = len(digits) + exponent
    if len(text) <= point <= 21:
        text += "0" * (point - len(text))
    elif 0 < point <= 21:
        text = text[:point] + "." + text[point:]
    elif -6 < point <= 0:
        text = "0." + "0" * -point + text
    else:
        tail = "." + text[1:] if len(text) > 1 else ""
        text = f"{text[0]}{tail}e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return ("-" if sign else "") + text


def members(pairs):
    """The members of a JavaScript object, in its order: names that are indices come first, ascending."""
    values = dict(pairs)
    indices = [name for name in values if name.isascii() and name.isdigit() and str(int(name)) == name and int(name) < 2**32 - 1]
    return {name: values[name] for name in sorted(indices, key=int)} | values


def parse(text):
    return json.loads(text, object_pairs_hook=members, parse_int=float)


def stringify(value):
    if isinstance(value, float):
        return number(value) if math.isfinite(value) else "null"
    if isinstance(value, dict):
        return "{" + ",".join(f"{stringify(name)}:{stringify(member)}" for name, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(stringify, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def text_of(value):
    """String(value) of what is no object."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return number(value) if isinstance(value, float) else "[object Object]"


def add(store, key, stream, fields, bound):
    """Signs the fields and adds them to the stream."""
    if key is not None:
        names = sorted(fields, key=lambda name: name.encode())
        canonical = stream + "\n" + "".join(f"{name}={fields[name]}\n" for name in names if name != "_sig")
        fields = fields | {"_sig": hmac.new(key, canonical.encode(), hashlib.sha256).hexdigest()}
    store.xadd(stream, fields, maxlen=bound, approximate=True)


# The API


CLAIM = """
    UPDATE event_outbox SET locked_until = now() + make_interval(secs => %s), locked_by = %s, attempts = attempts + 1
    WHERE id IN (
        SELECT id FROM event_outbox
        WHERE dispatched_at IS NULL AND available_at <= now() AND (locked_until IS NULL OR locked_until < now())
        ORDER BY available_at LIMIT %s FOR UPDATE SKIP LOCKED
    ) RETURNING id, stream_name, payload_json::text, attempts"""
DONE = "UPDATE event_outbox SET dispatched_at = now(), locked_until = NULL, locked_by = NULL, last_error = NULL WHERE id = %s"
FAILED = """
    UPDATE event_outbox SET locked_until = NULL, locked_by = NULL, last_error = %s,
        available_at = CASE WHEN %s THEN 'infinity' ELSE now() + make_interval(secs => %s) END
    WHERE id = %s"""


def dispatch_api(database, store, key):
    """One round: how many rows were taken, and how many of them were published."""
    lock = setting("CARACAL_OUTBOX_LOCK_SEC", "OUTBOX_LOCK_SEC", 30)
    limit = setting("CARACAL_OUTBOX_MAX_ATTEMPTS", "OUTBOX_MAX_ATTEMPTS", 100)
    bound = setting("CARACAL_OUTBOX_STREAM_MAXLEN", "OUTBOX_STREAM_MAXLEN", 100_000)
    batch = setting("CARACAL_OUTBOX_BATCH", "OUTBOX_BATCH_SIZE", 32)
    rows = database.execute(CLAIM, (lock, f"rival-{os.getpid()}", batch)).fetchall()
    published = 0
    for identifier, stream, payload, attempts in rows:
        values = {name: text_of(value) for name, value in parse(payload).items() if value is not None}
        try:
            add(store, key, stream, members(({"outbox_id": identifier} | values).items()), bound)
        except redis.RedisError as error:
            base = min(60, 2 ** min(attempts, 6))
            wait = math.floor(base + random.random() * 0.3 * base)
            database.execute(FAILED, (str(error), attempts >= limit, wait, identifier))
            continue
        database.execute(DONE, (identifier,))
        published += 1
    return len(rows), published


# The Coordinator


TAKE = """
    SELECT id, topic, dedupe_key, payload_json::text, attempts FROM caracal_outbox
    WHERE status = 'pending' AND producer = 'coordinator' AND available_at <= now()
    ORDER BY created_at LIMIT %s FOR UPDATE SKIP LOCKED"""
PUBLISHED = """
    UPDATE caracal_outbox SET status = 'published', attempts = attempts + 1, published_at = now(), updated_at = now()
    WHERE id = %s"""
NOT_PUBLISHED = """
    UPDATE caracal_outbox SET attempts = attempts + 1, updated_at = now(), status = CASE WHEN %s THEN 'dead' ELSE status END,
        available_at = now() + make_interval(secs => %s)
    WHERE id = %s"""


def dispatch_coordinator(database, store, key):
    """One round: how many rows were taken, and how many of them were published."""
    limit = setting("OUTBOX_MAX_ATTEMPTS", 10)
    bound = setting("STREAMS_MAXLEN", 100_000)
    published = 0
    with database.transaction():
        rows = database.execute(TAKE, (setting("OUTBOX_BATCH_SIZE", 50),)).fetchall()
        for identifier, stream, dedupe_key, payload, attempts in rows:
            own = {"outbox_id": identifier, "dedupe_key": dedupe_key}
            values = {
                name: value if isinstance(value, str) else stringify(value)
                for name, value in parse(payload).items()
                if name not in own and name != "_sig"
            }
            try:
                add(store, key, stream, members((own | values).items()), bound)
            except redis.RedisError:
                wait = min(attempts + 1, 60) + random.random()
                database.execute(NOT_PUBLISHED, (attempts + 1 >= limit, wait, identifier))
                continue
            database.execute(PUBLISHED, (identifier,))
            published += 1
    return len(rows), published


def main():
    dispatch, interval = {
        "api": (dispatch_api, setting("CARACAL_OUTBOX_POLL_MS", "OUTBOX_POLL_MS", 250)),
        "coordinator": (dispatch_coordinator, setting("OUTBOX_INTERVAL_MS", 1000)),
    }[sys.argv[1]]
    key = os.environ.get("STREAMS_HMAC_KEY")
    if path := os.environ.get("STREAMS_HMAC_KEY_FILE"):
        with open(path) as file:
            key = file.read().strip()
    key = bytes.fromhex(key) if key else None
    database = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    # Never sent again by itself: a row whose publishing failed waits for its turn.
    store = redis.Redis.from_url(
        os.environ["REDIS_URL"], socket_timeout=5, decode_responses=True, retry=Retry(NoBackoff(), 0)
    )
    print("ready", flush=True)
    total = 0
    while True:
        taken, published = dispatch(database, store, key)
        total += published
        if "--once" not in sys.argv:
            time.sleep(interval / 1000)
        elif taken == 0:
            print("published", total)
            return


if __name__ == "__main__":
    main()
