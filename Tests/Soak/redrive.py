#!/usr/bin/env python3
"""Redrives dead letters while the process is killed, its connections are cut and a second redrive runs.

    Tests/Soak/redrive.py CARACALCTL REDIS-SERVER [MESSAGES] [KILLS]

Every message must be found exactly once in the end, and at every moment between: as a dead letter or in its stream.
"""
import collections
import hashlib
import hmac
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

KEY = bytes([0x77]) * 32
DEAD, LIVE = b"caracal.audit.events.dlq", b"caracal.audit.events"


class Client:
    """As much of a Redis client as this needs."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")

    def pipeline(self, commands):
        frames = []
        for command in commands:
            parts = [part if isinstance(part, bytes) else str(part).encode() for part in command]
            frames.append(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts))
        self.socket.sendall(b"".join(frames))
        return [self.reply() for _ in commands]

    def command(self, *parts):
        return self.pipeline([parts])[0]

    def reply(self):
        line = self.file.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            return RuntimeError(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else (self.file.read(int(rest)), self.file.read(2))[0]
        if kind == b"*":
            return [self.reply() for _ in range(int(rest))]
        return rest


def fill(client, count):
    for start in range(0, count, 500):
        commands = []
        for number in range(start, min(start + 500, count)):
            data = json.dumps({"id": f"event-{number}", "zone_id": "z", "pad": "x" * random.randint(0, 400)})
            signature = hmac.new(KEY, data.encode(), hashlib.sha256).hexdigest()
            commands.append(("XADD", DEAD, "*", "reason", "pg_permanent_error:x", "src_id", f"{number + 1}-0",
                             "received_at", "1", "src_data", data, "src_sig", signature))
        client.pipeline(commands)


def messages(client, stream, field):
    """The event ids in a stream."""
    position, found = b"-", []
    while True:
        page = client.command("XRANGE", stream, position, "+", "COUNT", 5000)
        if not page:
            return found
        for _, fields in page:
            pairs = dict(zip(fields[::2], fields[1::2]))
            found.append(json.loads(pairs[field])["id"])
        position = b"(" + page[-1][0]


def cut_connections(path, stop, cuts):
    """Closes the connections of all redrives, at random moments."""
    client = Client(path)
    while not stop.wait(random.uniform(0.05, 0.4)):
        for line in client.command("CLIENT", "LIST").decode().splitlines():
            fields = dict(part.split("=", 1) for part in line.split(" ") if "=" in part)
            if fields.get("name", "").startswith("caracalctl-") and random.random() < 0.5:
                cuts[0] += client.command("CLIENT", "KILL", "ID", fields["id"]) or 0


def main():
    tool, server = sys.argv[1], sys.argv[2]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 100_000
    kills = int(sys.argv[4]) if len(sys.argv) > 4 else 100
    folder = tempfile.mkdtemp()
    path = folder + "/redis.sock"
    redis = subprocess.Popen([server, "--port", "0", "--unixsocket", path, "--dir", folder, "--save", ""],
                             stdout=subprocess.DEVNULL)
    try:
        while not os.path.exists(path):
            time.sleep(0.05)
        environment = {"REDIS_URL": "unix://" + path, "AUDIT_HMAC_KEY": KEY.hex(), "STREAMS_HMAC_KEY": KEY.hex()}
        subprocess.run([tool, "provision", "-q"], env=environment, check=True, stdout=subprocess.DEVNULL)
        client = Client(path)
        fill(client, count)
        run(client, path, [tool, "dlq", "redrive", "--yes", "-q"], environment, count, kills)
    finally:
        redis.kill()
        redis.wait()
        subprocess.run(["rm", "-r", folder])


def run(client, path, redrive, environment, count, kills):
    start = time.monotonic()
    stop, cuts = threading.Event(), [0]
    cutter = threading.Thread(target=cut_connections, args=(path, stop, cuts))
    cutter.start()
    statuses = collections.Counter()
    # So paced that all kills come before the end.
    pace = ["--rate", str(max(100, count * 7 // max(1, kills) // 10))]

    def second():
        while not stop.is_set() and client_length(path) > 0:
            statuses[subprocess.run(redrive + pace, env=environment, capture_output=True).returncode] += 1

    helper = threading.Thread(target=second)
    helper.start()
    killed = 0
    while client.command("XLEN", DEAD) > 0:
        process = subprocess.Popen(redrive + (pace if killed < kills else []), env=environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if killed < kills:
            time.sleep(random.uniform(0.05, 1.2))
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                killed += 1
        statuses[process.wait()] += 1
    stop.set()
    helper.join()
    cutter.join()
    dead, live = messages(client, DEAD, b"src_data"), messages(client, LIVE, b"data")
    copies = collections.Counter(dead + live)
    wrong = {name: number for name, number in copies.items() if number != 1}
    print(f"{count} messages, {killed} times SIGKILL, {cuts[0]} connections cut, a second redrive beside it, "
          f"{time.monotonic() - start:.0f} s, ends by status: {dict(statuses)}")
    print(f"copies: {len(copies)} messages, {len(live)} in the stream, {len(dead)} dead letters, "
          f"{len(wrong)} not exactly once, {count - len(copies)} lost")
    sys.exit(0 if not wrong and len(copies) == count else 1)


def client_length(path):
    return Client(path).command("XLEN", DEAD)


if __name__ == "__main__":
    main()
