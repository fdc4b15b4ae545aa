#!/usr/bin/env python3
"""Publishes while the master is killed, or a failover is asked for, and Sentinels put a replica in its place.

    Tests/Soak/failover.py CARACALCTL REDIS-SERVER REDIS-SENTINEL [MESSAGES] [ROUNDS] [WAIT-REPLICAS] [killed|planned]

Each round has a master, two replicas and three Sentinels of its own. What the tool counted as published must be in the new
master's stream, no message may be there twice, and what was neither is in the file for --resume, which must settle it.
With WAIT-REPLICAS 0 the master's word counts, until the Sentinels name another one: nothing that is acknowledged may be lost
in a failover that ends before the run does, and what may be lost has to be said.
"""
import collections
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

STREAM = "caracal.keys.invalidate"


class Client:
    """As much of a Redis client as this needs."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.file = self.socket.makefile("rb")

    def command(self, *parts):
        parts = [str(part).encode() for part in parts]
        self.socket.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts))
        return self.reply()

    def reply(self):
        line = self.file.readline()
        if not line:
            raise ConnectionError("closed")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            return RuntimeError(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else (self.file.read(int(rest)), self.file.read(2))[0].decode()
        if kind == b"*":
            return [self.reply() for _ in range(int(rest))]
        return rest.decode()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait(what, is_so, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if is_so():
                return
        except (OSError, TypeError, IndexError):
            pass
        time.sleep(0.02)
    raise TimeoutError(what)


class Group:
    """A master, two replicas and three Sentinels."""

    def __init__(self, server, sentinel):
        self.folder = tempfile.mkdtemp()
        self.processes = []
        self.ports = [self.start(server, [])]
        for _ in range(2):
            self.ports.append(self.start(server, [f"replicaof 127.0.0.1 {self.ports[0]}"]))
        info = lambda: Client(self.ports[0]).command("INFO", "replication")
        wait("replicas", lambda: info().count("state=online") == 2)
        watch = [f"sentinel monitor mymaster 127.0.0.1 {self.ports[0]} 2",
                 "sentinel down-after-milliseconds mymaster 2000", "sentinel failover-timeout mymaster 10000"]
        self.sentinels = [self.start(sentinel, watch) for _ in range(3)]
        for port in self.sentinels:
            Client(port).command("SENTINEL", "DEBUG", "INFO-PERIOD", "100", "PUBLISH-PERIOD", "100")
        wait("Sentinels", lambda: all(self.knows_all(port) for port in self.sentinels))

    def start(self, program, lines):
        port = free_port()
        folder = os.path.join(self.folder, str(port))
        os.mkdir(folder)
        common = [f"port {port}", "bind 127.0.0.1", f"dir {folder}", "save \"\"", "repl-diskless-sync-delay 0"]
        path = os.path.join(folder, "redis.conf")
        with open(path, "w") as file:
            file.write("\n".join(common + lines) + "\n")
        self.processes.append(subprocess.Popen([program, path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        wait(program, lambda: Client(port).command("PING") == "PONG")
        return port

    def knows_all(self, port):
        fields = Client(port).command("SENTINEL", "MASTER", "mymaster")
        pairs = dict(zip(fields[::2], fields[1::2]))
        return pairs["num-slaves"] == "2" and pairs["num-other-sentinels"] == "2"

    def master(self):
        return int(Client(self.sentinels[0]).command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster")[1])

    def stop(self):
        for process in self.processes:
            process.kill()
            process.wait()
        shutil.rmtree(self.folder)


def names_in(port):
    """The outbox_id of every entry."""
    client, position, found = Client(port), "-", []
    while True:
        page = client.command("XRANGE", STREAM, position, "+", "COUNT", 5000)
        if not page:
            return found
        found += [dict(zip(fields[::2], fields[1::2])).get("outbox_id") for _, fields in page]
        position = "(" + page[-1][0]


def play(tool, group, count, replicas, is_planned):
    """One publish with the master killed in its middle; returns what became of the messages."""
    folder = os.path.join(group.folder, "run")
    os.mkdir(folder)
    path = os.path.join(folder, "messages.ndjson")
    with open(path, "w") as file:
        for number in range(1, count + 1):
            file.write(json.dumps({"zone_id": "z", "kid": "k" * 40, "outbox_id": f"m-{number}"}) + "\n")
    Client(group.ports[0]).command("XADD", STREAM, "1-1", "zone_id", "z")
    sentinels = ",".join(f"127.0.0.1:{port}" for port in group.sentinels)
    options = ["--sentinel", sentinels, "--master-name", "mymaster", "--timeout", "30s", "--connect-timeout", "30s"]
    options += ["--wait-replicas", str(replicas)] if replicas else []
    environment = {"PATH": os.environ["PATH"], "HOME": folder}
    process = subprocess.Popen([tool, "publish", "keys.invalidate", "--unsigned", "--ndjson", path, "-o", "ndjson"]
                               + options, env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    strike = random.randint(count // 10, count // 2)
    killed = threading.Event()

    def kill():
        client = Client(group.ports[0])
        while client.command("XLEN", STREAM) < strike and process.poll() is None:
            pass
        if process.poll() is None:
            killed.set()
        if is_planned:
            Client(group.sentinels[0]).command("SENTINEL", "FAILOVER", "mymaster")
        else:
            group.processes[0].kill()

    killer = threading.Thread(target=kill)
    killer.start()
    output, errors = process.communicate(timeout=300)
    killer.join()
    wait("a failover", lambda: group.master() != group.ports[0])
    receipts = [json.loads(line) for line in output.decode().splitlines()]
    counted = {receipt["line"] for receipt in receipts if receipt.get("outcome") == "published" or receipt.get("id")}
    after = collections.Counter(name for name in names_in(group.master()) if name)
    lost = sum(1 for line in counted if f"m-{line}" not in after)
    doubled = sum(1 for number in after.values() if number > 1)
    words = [line for line in errors.decode().splitlines()]
    resumed = None
    left = [name for name in os.listdir(folder) if name.startswith("caracalctl-publish-")]
    if left:
        again = [option for option in options if option not in ("--wait-replicas", str(replicas))]
        resumed = subprocess.run([tool, "publish", "--resume", left[0]] + again, env=environment, cwd=folder,
                                 capture_output=True).returncode
        doubled = sum(1 for n in collections.Counter(filter(None, names_in(group.master()))).values() if n > 1)
    return dict(status=process.returncode, killed_at=strike if killed.is_set() else None, counted=len(counted), lost=lost, doubled=doubled,
                resumed=resumed, words=words)


def main():
    tool, server, sentinel = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3]
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 100_000
    rounds = int(sys.argv[5]) if len(sys.argv) > 5 else 3
    replicas = int(sys.argv[6]) if len(sys.argv) > 6 else 1
    is_planned = len(sys.argv) > 7 and sys.argv[7] == "planned"
    bad = 0
    for number in range(1, rounds + 1):
        group = Group(server, sentinel)
        try:
            result = play(tool, group, count, replicas, is_planned)
        finally:
            group.stop()
        words = result.pop("words")
        print(f"round {number}, {count} messages, {'planned' if is_planned else 'killed'}, --wait-replicas {replicas}: {result}", flush=True)
        for line in words:
            print("    " + line[:400], flush=True)
        said = any("has lost entries" in line for line in words)
        bad += result["doubled"] > 0 or (result["lost"] > 0 and (replicas > 0 or not said))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
