#!/usr/bin/env python3
"""Sends a signal to every writing command, at a random request, and to shells between two lines.

    Tests/Soak/signals.py [CARACALCTL [SERVER...]] [--seed N] [--rounds N | --seconds N] [--only SCENARIO]

SIGINT, SIGTERM, SIGHUP or SIGQUIT comes before a request is handed on, after it was carried out, or while the server hangs;
sometimes a second one follows. The command must end with 130, 143, 129, 131 or 74 and say what became of it, or end as if
nothing had happened; and what it says must agree with the server. Scenarios: provision, publish, single, trim, ack, trimmed,
claim, redrive, purge; and shell, where SIGINT or SIGTERM comes around the end of a line and the next one never does.
"""
import collections
import contextlib
import hashlib
import hmac
import json
import os
import re
import signal
import subprocess
import threading
import time

from support import AUDIT_KEY, Proxy, Result, entries, groups, pairs, soak, text

STREAM, GROUP = "caracal.sessions.revoke", "sts-revocation"
DEAD, LIVE = "caracal.audit.events.dlq", "caracal.audit.events"
KEYS = "caracal.keys.invalidate"
WRITES = {b"XADD", b"XACK", b"XCLAIM", b"XTRIM", b"XDEL", b"XGROUP", b"EVAL", b"EVALSHA", b"EXEC", b"FCALL"}
SIGNALS = [signal.SIGINT, signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT]
# Which member of the summary counts what a command has done.
DONE = {"provision": "created", "single": "published", "publish": "published", "trim": "removed", "ack": "acknowledged",
        "trimmed": "acknowledged", "claim": "claimed", "redrive": "moved", "purge": "removed"}
NOTHING = re.compile(r"nothing (was|has been|is) \w+|was not (sent|published|removed|changed)|no \w+ (was|were) \w+", re.I)
DOUBT = re.compile(r"unknown|in doubt|may have|may be|not confirmed|whether|still carry|cannot be told|at least|at most", re.I)


class Scenario:
    """What is there, which command runs, and how much of its work is done."""

    def __init__(self, round_, name):
        self.round, self.name, self.client, self.tool = round_, name, round_.server.client, round_.tool

    def prepare(self):
        client, name = self.client, self.name
        client("FLUSHALL")
        client("CONFIG", "SET", "stream-node-max-entries", 1 if name == "trim" else 100)
        self.file = os.path.join(self.tool.folder, "input")
        if os.path.exists(self.file):
            os.unlink(self.file)
        for left in os.listdir(self.tool.folder):
            if left.startswith("caracalctl-publish-"):
                os.unlink(os.path.join(self.tool.folder, left))
        if name in ("publish", "single"):
            client("XGROUP", "CREATE", KEYS, "sts-keys", "0", "MKSTREAM")
            client("XADD", KEYS, "1-1", "zone_id", "z")
            self.names = [f"m-{n}" for n in range(1, 2 if name == "single" else 61)]
            with open(self.file, "w") as file:
                file.writelines(json.dumps({"zone_id": "z", "kid": "k" * 300, "outbox_id": n}) + "\n" for n in self.names)
        elif name in ("redrive", "purge"):
            client("XGROUP", "CREATE", LIVE, "audit-ingestor", "0", "MKSTREAM")
            for number in range(8):
                data = json.dumps({"id": f"e-{number}", "zone_id": "z", "occurred_at": "2026-01-01T00:00:00Z"})
                signature = hmac.new(bytes.fromhex(AUDIT_KEY), data.encode(), hashlib.sha256).hexdigest()
                client("XADD", DEAD, "*", "reason", "pg_permanent_error:x", "src_id", f"{number + 1}-0", "received_at", "1",
                       "src_data", data, "src_sig", signature)
            if name == "purge":
                done = self.tool.run(self.round.server.path, "dlq", "export", "--to", self.file)
                if done.status != 0:
                    raise RuntimeError(str(done))
        elif name != "provision":
            count = 2000 if name == "trim" else 40
            client.pipeline([("XADD", STREAM, f"{n}-0", "n", "v") for n in range(1, count + 1)])
            client("XGROUP", "CREATE", STREAM, GROUP, "0")
            client("XREADGROUP", "GROUP", GROUP, "c1", "COUNT", count, "STREAMS", STREAM, ">")
            if name == "trim":
                client("XACK", STREAM, GROUP, *(f"{n}-0" for n in range(1, count + 1)))
            if name == "trimmed":
                client("XTRIM", STREAM, "MAXLEN", 0)

    def command(self):
        ids = [f"{n}-0" for n in range(1, 31)]
        return {
            "provision": ["provision"],
            "publish": ["publish", KEYS, "--ndjson", self.file],
            "single": ["publish", KEYS, "zone_id=z", "--outbox-id", "m-1"],
            "trim": ["trim", STREAM, "--yes"],
            "ack": ["ack", STREAM, GROUP, *ids, "--yes"],
            "trimmed": ["ack", STREAM, GROUP, "--trimmed", "--yes"],
            "claim": ["claim", STREAM, GROUP, *ids, "--to", "c9", "--create-consumer", "--yes"],
            "redrive": ["dlq", "redrive", "--yes"],
            "purge": ["dlq", "purge", "--exported", self.file, "--yes"],
        }[self.name]

    def done(self):
        """How much of it is done, by the server."""
        client = self.client
        if self.name == "provision":
            return sum(len(groups(client, key)) for key in client("KEYS", "*") if client("TYPE", key) == b"stream") \
                + client("EXISTS", "caracal.providers.ratelimit")
        if self.name in ("publish", "single"):
            return sum(1 for copies in self.copies().values() if copies)
        if self.name == "trim":
            return 2000 - client("XLEN", STREAM)
        if self.name in ("ack", "trimmed"):
            return 40 - len(groups(client, STREAM)[GROUP.encode()][1])
        if self.name == "claim":
            return sum(1 for e in groups(client, STREAM)[GROUP.encode()][1].values() if e[0] == b"c9")
        return 8 - client("XLEN", DEAD)

    def copies(self):
        names = collections.Counter()
        for fields in entries(self.client, KEYS).values():
            name = text(pairs(fields).get("outbox_id"))
            if name:
                names[name] += 1
        return names


class Strike:
    """A signal at a request, and what happens to that request."""

    def __init__(self, random, requests, first):
        writes = random.random() < 0.75 and first is not None
        self.number = random.randint(first, requests) if writes else random.randint(1, requests)
        self.signal = random.choice(SIGNALS)
        self.when = random.choice(["before", "after", "hangs before", "hangs after"])
        self.second = random.random() < 0.3
        self.comes_through = random.random() < 0.5

    def __str__(self):
        return f"{self.signal.name} {self.when} request {self.number}{', and again' if self.second else ''}" + \
            (", which comes through" if self.when == "hangs before" and self.comes_through else "")


class Game:
    def __init__(self, round_, scenario):
        self.round, self.random, self.scenario, self.proxy = round_, round_.random, scenario, round_.state.proxy
        self.violations = []

    def wrong(self, kind, what):
        self.violations.append((f"{self.scenario.name}: {kind}", what))

    def measure(self):
        """How many requests the undisturbed command makes, and which is its first write."""
        known = self.round.state.known
        if self.scenario.name not in known:
            seen = []
            self.scenario.prepare()
            self.proxy.reset()
            self.proxy.step = lambda number, parts: seen.append(parts[0].upper()) or "pass"
            done = self.round.tool.run(self.proxy.path, *self.scenario.command())
            if done.status != 0:
                raise RuntimeError(str(done))
            first = next((n for n, word in enumerate(seen, 1) if word in WRITES), None)
            known[self.scenario.name] = len(seen), first, self.scenario.done()
        return known[self.scenario.name]

    def play(self):
        requests, first, self.all = self.measure()
        self.strike = Strike(self.random, requests, first)
        self.json = self.random.random() < 0.5
        self.scenario.prepare()
        self.proxy.reset()
        if "--yes" in self.scenario.command() and self.random.random() < 0.1:
            self.play_question()
            return
        self.struck, self.sent, self.through, self.lost = threading.Event(), 0, 0, False
        self.proxy.step, self.proxy.done = self.before, self.after
        options = ["-o", "ndjson" if self.scenario.name == "publish" else "json"] if self.json else []
        command = [*self.scenario.command(), *options, "--timeout", "4s"]
        self.round.say(f"caracalctl {' '.join(command)[:200]}: {self.strike}")
        self.process = self.round.tool.start(self.proxy.path, *command)
        try:
            output, errors = self.process.communicate(timeout=40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            output, errors = self.process.communicate(timeout=10)
            self.wrong("does not end", f"{self.strike}: killed after 40 s")
        result = Result(command, self.process.returncode, output.decode("utf-8", "replace"), errors.decode("utf-8", "replace"))
        self.took = time.monotonic() - self.at if self.struck.is_set() else 0
        self.round.say(str(result))
        self.proxy.reset()
        if self.proxy.failure:
            raise self.proxy.failure
        self.round.count(f"status {result.status}")
        if self.struck.is_set():
            self.judge(result)

    def play_question(self):
        """A signal while the question waits: nothing is changed, and that is said."""
        command = [word for word in self.scenario.command() if word != "--yes"]
        self.round.say(f"caracalctl {' '.join(command)[:200]}: {self.strike.signal.name} at the question")
        result = self.round.tool.ask(self.proxy.path, *command, at_question=lambda process: process.send_signal(self.strike.signal))
        self.round.say(str(result))
        self.round.count("at the question")
        after = result.errors.partition("[y/N]")[2].strip()
        where = f"{self.strike.signal.name} at the question: status {result.status}, says {after!r}"
        if self.scenario.done():
            self.wrong("acts after a signal at the question", where)
        if result.status not in (128 + self.strike.signal, -self.strike.signal):
            self.wrong("a signal at the question does not end it rightly", where)
        if not after:
            self.wrong("a signal at the question ends it without a word", where)

    def before(self, number, parts):
        write = parts[0].upper() in WRITES
        self.sent += write
        self.round.say(f"  {number}: " + " ".join(text(p)[:24] for p in parts)[:100]) if number > self.strike.number - 4 else None
        if number == self.strike.number and "before" in self.strike.when:
            self.hit()
            if self.strike.when == "hangs before":
                self.hang()
                self.lost = self.lost or write
                return "pass" if self.strike.comes_through else "drop"
        return "pass"

    def after(self, number, parts, reply):
        self.through += parts[0].upper() in WRITES
        if number == self.strike.number and "after" in self.strike.when:
            self.hit()
            if self.strike.when == "hangs after":
                self.hang()
                self.lost = self.lost or parts[0].upper() in WRITES

    def hit(self):
        if self.struck.is_set():
            return
        self.at = time.monotonic()
        self.struck.set()
        self.process.send_signal(self.strike.signal)
        time.sleep(0.03)
        if self.strike.second:
            self.process.send_signal(self.random.choice([self.strike.signal, signal.SIGINT]))
            time.sleep(0.03)

    def hang(self):
        deadline = time.monotonic() + 15
        while self.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)

    def judge(self, result):
        name, status, words = self.scenario.name, result.status, result.words()
        done = self.scenario.done()
        where = f"{self.strike}; status {status}, {done} done of {self.all}, {self.sent} writes sent, {self.through} carried out; says {words!r}"
        if status < 0 and not words.strip():
            self.wrong("dies of the signal without a word, after a write" if self.sent else "dies of the signal, before any write", where)
            return
        # What a shell sees of a process that says its word and lets the signal end it.
        status = 128 - status if status < 0 else status
        if status not in (128 + self.strike.signal, 128 + signal.SIGINT if self.strike.second else 0, 74, 0, 1):
            self.wrong(f"ends with {status}", where)
        if status == 1 and done == self.all:
            self.wrong("status 1, and all is done", where)
        if status not in (0, 1) and not words.strip():
            self.wrong("says nothing", where)
        if status == 0 and done != self.all:
            self.wrong("status 0, and not all is done", where)
        if self.took > 10 or (self.strike.second and self.took > 6):
            self.wrong("takes too long to end", f"{self.took:.1f} s: {where}")
        if self.lost and status not in (74, 128 + self.strike.signal, 130) and done != self.all:
            self.wrong("in doubt, and does not end with 74", where)
        if self.lost and status != 74 and not DOUBT.search(words) and not NOTHING.search(words) and status != 0:
            self.wrong("a write has no reply, and no doubt is said", where)
        if NOTHING.search(words) and not DOUBT.search(words) and done:
            self.wrong("says that nothing was done, and something was", where)
        self.judge_counts(result, done, where)
        if name in ("publish", "single"):
            self.judge_messages(result, where)

    def judge_counts(self, result, done, where):
        document = result.document()
        if isinstance(document, dict) and "summary" in document:
            summary = document["summary"]
            said, unknown = summary.get(DONE[self.scenario.name]), summary.get("unknown") or 0
            doubt = unknown or summary.get("confirmed") is False or self.scenario.name == "provision"
            if said is not None and (said > done or (said != done and not doubt)):
                self.wrong("the report is wrong", f"{summary}: {where}")
        # "removed 12 of 40", "12 entries were removed", "published 3".
        word = DONE[self.scenario.name]
        said = re.search(rf"\b{word} ([\d,]+)\b", result.errors) or \
            re.search(rf"\b([\d,]+) (?:of [\d,]+ )?(?:dead letters|messages?|entr(?:y|ies)|groups?)?(?: (?:was|were))? ?{word}\b", result.errors)
        if said and not DOUBT.search(result.errors) and int(said[1].replace(",", "")) != done and self.scenario.name != "provision":
            self.wrong("the count that it says is wrong", where)

    def judge_messages(self, result, where):
        """publish: what is new is there, what is there is new or in the file, and --resume settles the rest."""
        copies = self.scenario.copies()
        twice = [n for n in self.scenario.names if copies[n] > 1]
        if twice:
            self.wrong("a message is there twice", f"{twice[:5]}: {where}")
        left = [n for n in os.listdir(self.round.tool.folder) if n.startswith("caracalctl-publish-")]
        in_file = self.names_in(left[0]) if left else set()
        if self.json and self.scenario.name == "publish":
            fresh = {self.scenario.names[line["line"] - 1] for line in result.lines() if line.get("outcome") == "new"}
            lost = [n for n in fresh if not copies[n]]
            unsaid = [n for n in self.scenario.names if copies[n] and n not in fresh | in_file]
            if lost:
                self.wrong("said to be new, and is not there", f"{lost[:5]}: {where}")
            if unsaid:
                self.wrong("there, and neither new nor in the file", f"{unsaid[:5]}, file {left}: {where}")
        if result.status == 74 and not left:
            self.wrong("in doubt, and no file", where)
        if left and in_file:
            commands = result.commands("publish --resume")
            again = self.round.tool.run(self.round.server.path, *(commands[-1] if commands else ["publish", "--resume", left[0]]))
            self.round.say(str(again))
            copies = self.scenario.copies()
            wrong = [n for n in in_file if copies[n] != 1]
            if again.status != 0 or wrong:
                self.wrong("--resume does not settle it", f"{wrong[:5]}, {again}")

    def names_in(self, file):
        with open(os.path.join(self.round.tool.folder, file)) as lines:
            next(lines)
            return {dict(json.loads(line)["fields"]).get("outbox_id") for line in lines}


class State:
    """The proxy, and what undisturbed runs have shown."""

    def __init__(self, server):
        self.proxy, self.known = Proxy(server.path), {}
        # A request that is held up must not hold up those of other connections.
        self.proxy.lock = contextlib.nullcontext()

    def stop(self):
        self.proxy.stop()


def play_shell(round_):
    """A signal within a millisecond of a line's output: a shell that waits for the next line must not have missed it."""
    violations = []
    for _ in range(60):
        delay, number = round_.random.uniform(0, 0.001), round_.random.choice([signal.SIGINT, signal.SIGINT, signal.SIGTERM])
        process = round_.tool.start(round_.server.path, "shell", stdin=subprocess.PIPE)
        process.stdin.write(b"raw PING\n")
        process.stdin.flush()
        output = process.stdout.readline()
        struck = time.perf_counter() + delay
        while time.perf_counter() < struck:
            pass
        process.send_signal(number)
        where = f"{number.name} {delay * 1e6:.0f} µs after {output!r}"
        try:
            # Its input stays open.
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            violations.append(("shell: misses a signal", where))
            process.kill()
        _, errors = process.communicate(timeout=20)
        status = 128 - process.returncode if process.returncode < 0 else process.returncode
        if not violations and status != 128 + number:
            violations.append((f"shell: ends with {status}", f"{where}: {errors!r}"))
    round_.count("shells", 60)
    return violations


def play(round_):
    name = round_.options.only or round_.random.choice([*DONE, "shell"])
    if name == "shell":
        return play_shell(round_)
    game = Game(round_, Scenario(round_, name))
    game.play()
    return game.violations


if __name__ == "__main__":
    soak(__doc__, play, lambda server, tool, options: State(server))
