"""Verifies a stream as a Python service would: pages of XRANGE with redis-py and its C parser: verify.py SOCKET KEY"""

import hmac
import sys
from hashlib import sha256

import redis

STREAM = b"caracal.sessions.revoke"


def signature(key: bytes, fields: dict[bytes, bytes]) -> bytes:
    form = STREAM + b"\n" + b"".join(b"%s=%s\n" % (name, fields[name]) for name in sorted(fields) if name != b"_sig")
    return hmac.digest(key, form, sha256).hex().encode()


def main(socket: str, key: bytes) -> int:
    server = redis.Redis(unix_socket_path=socket)
    position, total, valid = b"-", 0, 0
    while page := server.xrange(STREAM, position, count=1000):
        for _, fields in page:
            valid += hmac.compare_digest(signature(key, fields), fields.get(b"_sig", b""))
        total += len(page)
        position = b"(" + page[-1][0]
    print(total, valid)
    return 0 if total == valid else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], bytes.fromhex(sys.argv[2])))
