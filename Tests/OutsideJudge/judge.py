"""Reads caracal.sessions.revoke once with Caracal's published consumer and says what it made of it.

judge.py URL KEY SESSION…: prints how many messages it handled, and which of the sessions are revoked now.
"""

import json
import sys

import redis
from caracalai_revocation_redis import RedisRevocationConsumer, RedisRevocationStore


def main(url: str, key: str, *sessions: str) -> None:
    client = redis.Redis.from_url(url)
    store = RedisRevocationStore(client)
    consumer = RedisRevocationConsumer(client, store, "judge", block_ms=1, stream_hmac_key=bytes.fromhex(key))
    consumer.ensure_group()
    handled = consumer.poll_once()
    print(json.dumps({"handled": handled, "revoked": [session for session in sessions if store.is_revoked(session)]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
