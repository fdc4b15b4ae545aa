#!/usr/bin/env python3
"""Publishes and redrives through a proxy that cuts, delays and swallows, while others consume, delete, trim and make anew.

    Tests/Soak/publish.py [CARACALCTL [SERVER...]] [--seed N] [--rounds N | --seconds N] [--only SCENARIO]

The consumer records all that ever was in the stream. No message may have been there twice; with status 0 all were there;
what is said to be new was there; what is in doubt is in the file of status 74, and the command that it prints settles it.
Scenarios: publish, single, redrive.
"""
import collections
import hashlib
import hmac
import json
import os

from support import AUDIT_KEY, Proxy, Refusal, pairs, soak, text

STREAM, GROUP = "caracal.keys.invalidate", "sts-keys"
DEAD, LIVE, INGESTOR = "caracal.audit.events.dlq", "caracal.audit.events", "audit-ingestor"
FAULTS = ["cut", "cut", "drop", "half", "late", "late", "swallow", "slow"]


class Game:
    """One run with its faults, and all that was ever seen in the stream."""

    def __init__(self, round_, scenario):
        self.round, self.scenario, self.random = round_, scenario, round_.random
        self.server, self.proxy, self.client = round_.server, round_.state, round_.server.client
        self.stream, self.group = (LIVE, INGESTOR) if scenario == "redrive" else (STREAM, GROUP)
        self.seen, self.incarnation, self.removed, self.violations = {}, 0, False, []

    def do(self, *parts):
        return self.round.do(*parts)

    def wrong(self, kind, what):
        self.violations.append((f"{self.scenario}: {kind}", what))

    def look(self):
        """Records every message that is in the stream."""
        try:
            found = self.client("XRANGE", self.stream, "-", "+")
        except Refusal:
            return
        for identifier, fields in found:
            fields = pairs(fields)
            if self.scenario == "redrive":
                name = json.loads(fields["data"])["id"] if "data" in fields else None
            else:
                name = text(fields.get("outbox_id"))
            if name:
                self.seen[self.incarnation, text(identifier)] = name

    def copies(self):
        self.look()
        return collections.Counter(self.seen.values())

    # What others do.

    def act(self):
        self.look()
        random, stream = self.random, self.stream
        kind = random.choice(["consume", "consume", "consume", "consume", "trim", "acked", "acked", "delete", "add", "add", "other tool",
                              random.choice(["anew", "add"])])
        self.round.say(f"others: {kind}")
        if kind in ("consume", "acked"):
            reply = self.do("XREADGROUP", "GROUP", self.group, "c1", "COUNT", random.choice([1, 3, 1000, 1000]), "STREAMS", stream, ">")
            ids = [e[0] for e in reply[0][1]] if isinstance(reply, list) else []
            if ids:
                self.do("XACK", stream, self.group, *ids)
                if kind == "consume":
                    self.removed = True
                    self.do("XDEL", stream, *ids)
            if kind == "acked" and self.server.version >= (8, 2) and not self.server.valkey:
                self.removed = True
                self.do("XTRIM", stream, "MAXLEN", "=", random.choice([0, 0, 2]), "ACKED")
        elif kind == "trim":
            self.removed = True
            self.do("XTRIM", stream, "MAXLEN", "=", random.choice([0, 0, 1, 3]))
        elif kind == "delete":
            self.removed = True
            known = [i for (_, i) in self.seen if self.seen]
            self.do("XDEL", stream, *(random.sample(known, 1) if known else []), "1-1")
        elif kind == "anew":
            self.removed = True
            self.do("DEL", stream)
            self.incarnation += 1
            for _ in range(random.choice([0, 1, 3])):
                self.do("XADD", stream, random.choice(["*", "1-*"]) if self.server.version >= (7, 0) else "*", "zone_id", "z")
            self.do("XGROUP", "CREATE", stream, self.group, random.choice(["0", "$"]), *random.choice([[], ["MKSTREAM"]]))
        elif kind == "add":
            self.do("XADD", stream, "*", "zone_id", "z")
        elif kind == "other tool" and self.scenario == "redrive":
            self.round.say(str(self.round.tool.run(self.server.path, "dlq", "redrive", "--yes", "-q", "-o", "json")))

    # The run.

    def prepare(self):
        self.do("FLUSHALL")
        self.do("CONFIG", "SET", "stream-node-max-entries", self.random.choice([1, 3, 100]))
        self.do("XGROUP", "CREATE", self.stream, self.group, "0", "MKSTREAM")
        if self.random.random() < 0.6:
            self.do("XADD", self.stream, "1-1", "zone_id", "z")
        self.names = [f"m-{number}" for number in range(1, 1 + (1 if self.scenario == "single" else self.random.choice([2, 8, 30, 80])))]
        if self.scenario == "redrive":
            self.names = self.names[:12]
            letters = self.names + [name for name in self.names if self.random.random() < 0.15]
            self.random.shuffle(letters)
            for name in letters:
                data = json.dumps({"id": name, "zone_id": "z", "occurred_at": "2026-01-01T00:00:00Z"})
                signature = hmac.new(bytes.fromhex(AUDIT_KEY), data.encode(), hashlib.sha256).hexdigest()
                self.client("XADD", DEAD, "*", "reason", "pg_permanent_error:x", "src_id", f"{int(name[2:])}-7", "received_at", "1",
                            "src_data", data, "src_sig", signature)
            self.letters = len(letters)
            self.round.say(f"dead letters: {' '.join(letters)}")

    def command(self):
        if self.scenario == "redrive":
            return ["dlq", "redrive", "--yes", "-o", "json"]
        if self.scenario == "single":
            return ["publish", STREAM, "zone_id=z", "--outbox-id", "m-1", "-o", "json"]
        path = os.path.join(self.round.tool.folder, "messages.ndjson")
        with open(path, "w") as file:
            for name in self.names:
                file.write(json.dumps({"zone_id": "z", "kid": "k" * self.random.choice([1, 40, 400]), "outbox_id": name}) + "\n")
        return ["publish", STREAM, "--ndjson", path, "-o", "ndjson", *self.random.choice([[], ["--unsigned"]])]

    def play(self):
        self.prepare()
        command = [*self.command(), "--timeout", "1s"]
        # Counted from the first write.
        span = len(self.names) + 10
        faults = {self.random.randint(1, span): self.random.choice(FAULTS) for _ in range(self.random.choice([0, 1, 1, 2, 3]))}
        acts = {self.random.randint(1, span + 8) for _ in range(self.random.choice([0, 1, 2, 4]))}
        # What others do just after a fault is the hardest to tell apart.
        acts |= {number + self.random.randint(1, 9) for number in faults for _ in range(2) if self.random.random() < 0.5}
        self.faults, self.acts, self.struck, self.first = faults, acts, False, None
        self.proxy.reset()
        self.proxy.patience = self.random.choice([0, 2, 5, 9])
        self.proxy.step, self.proxy.done = self.before, self.after
        for name in os.listdir(self.round.tool.folder):
            if name.startswith("caracalctl-publish-"):
                os.unlink(os.path.join(self.round.tool.folder, name))
        self.round.say(f"caracalctl {' '.join(command)}, faults {faults}")
        result = self.round.tool.run(self.proxy.path, *command)
        self.round.say(str(result))
        if self.proxy.failure:
            raise self.proxy.failure
        self.round.count(f"{self.scenario} status {result.status}")
        self.proxy.reset()
        if self.scenario == "redrive":
            self.judge_redrive(result)
        else:
            self.judge(result)

    def before(self, number, parts):
        if self.first is None and parts[0] in (b"XADD", b"EVAL", b"EVALSHA", b"MULTI"):
            self.first = number - 1
        number = 0 if self.first is None else number - self.first
        if number in self.acts:
            for _ in range(self.random.choice([1, 1, 2])):
                self.act()
        fate = self.faults.get(number, "pass")
        if fate not in ("pass", "slow"):
            self.struck = True
        self.round.say(f"  {number}: " + " ".join(text(p)[:24] for p in parts)[:120] + (f"  <- {fate}" if fate != "pass" else ""))
        return fate

    def after(self, number, parts, reply):
        if parts[0] in (b"XADD", b"CLIENT", b"EVAL", b"XINFO", b"EVALSHA"):
            self.round.say(f"     {parts[0].decode()} -> {reply[:60]!r}")

    # What is wrong with it.

    def judge(self, result):
        copies = self.copies()
        known = set(self.names)
        twice = [name for name in known if copies[name] > 1]
        if twice:
            self.wrong("a message is there twice", f"{twice[:5]}, status {result.status}")
        fresh = self.reported(result)
        for name, identifier in fresh.items():
            if not any(n == name and i == identifier for (_, i), n in self.seen.items()):
                self.wrong("said to be new, and never was there", f"{name} {identifier}, status {result.status}")
        if result.status == 0 and any(copies[name] == 0 for name in known):
            self.wrong("lost with status 0", f"{[n for n in self.names if copies[n] == 0][:5]}")
        if result.status == 74 and not self.struck and not self.removed:
            self.wrong("in doubt without a cause", result.errors)
        if result.status not in (0, 1, 69, 74, 75):
            self.wrong(f"ends with {result.status}", result.errors)
        if result.status == 0:
            return
        if not result.words().strip():
            self.wrong("fails without a word", str(result.status))
        commands = result.commands("publish --resume")
        left = [n for n in os.listdir(self.round.tool.folder) if n.startswith("caracalctl-publish-")]
        open_names = self.names_in(left[0]) if left else set()
        silent = [n for n in self.names if n not in fresh and n not in open_names]
        unsaid = [n for n in silent if copies[n]]
        if unsaid and self.scenario == "publish":
            self.wrong("there, and neither new nor in the file", f"{unsaid[:5]}, status {result.status}, file {left}")
        if unsaid and self.scenario == "single" and result.status != 74:
            self.wrong("there, and said to be refused", f"status {result.status}: {result.errors}")
        if result.status == 74 and not commands and "--resume" not in result.words():
            self.wrong("in doubt, and not a word of what settles it", result.words())
        if result.status == 74 and not left:
            self.wrong("in doubt, and no file", result.errors)
        if left:
            self.resume(commands[-1] if commands else ["publish", "--resume", left[0]], open_names)

    def resume(self, arguments, names):
        if self.random.random() < 0.4:
            self.act()
        if self.random.random() < 0.3:
            self.proxy.step, self.proxy.done, self.first = self.before, self.after, 0
            self.faults = {self.random.randint(4, 16): self.random.choice(["cut", "drop", "late"])}
            self.acts = {self.random.randint(4, 16)} if self.random.random() < 0.5 else set()
        for _ in range(3):
            result = self.round.tool.run(self.proxy.path, *arguments, "--timeout", "2s")
            self.round.say(str(result))
            self.proxy.reset()
            if result.status not in (69, 74):
                break
            arguments = (result.commands("publish --resume") or [arguments])[-1]
        self.round.count(f"resume status {result.status}")
        copies = self.copies()
        twice = [name for name in self.names if copies[name] > 1]
        if twice:
            self.wrong("a message is there twice after --resume", f"{twice[:5]}, status {result.status}")
        if result.status == 0 and any(copies[n] == 0 for n in names):
            self.wrong("lost with status 0 of --resume", f"{[n for n in names if copies[n] == 0][:5]}")
        if result.status not in (0, 1, 69, 74):
            self.wrong(f"--resume ends with {result.status}", result.errors)
        if result.status == 74 and not self.removed:
            self.wrong("--resume does not settle it", result.errors)

    def reported(self, result):
        """What is said to be new: names and ids."""
        if self.scenario == "single":
            document = result.document()
            items = document["items"] if document else []
            return {"m-1": item["id"] for item in items if item["outcome"] == "new"}
        return {self.names[line["line"] - 1]: line["id"] for line in result.lines() if line.get("outcome") == "new"}

    def names_in(self, file):
        names = set()
        with open(os.path.join(self.round.tool.folder, file)) as lines:
            next(lines)
            for line in lines:
                fields = json.loads(line)["fields"]
                names.add(dict(fields)["outbox_id"])
        return names

    def letters_left(self):
        try:
            found = self.client("XRANGE", DEAD, "-", "+")
        except Refusal:
            found = []
        return [json.loads(pairs(fields)["src_data"])["id"] for _, fields in found]

    def judge_redrive(self, result):
        copies, left = self.copies(), self.letters_left()
        for name in self.names:
            if copies[name] > 1:
                self.wrong("a message came back twice", f"{name}, status {result.status}")
            if copies[name] == 0 and name not in left:
                self.wrong("a message is nowhere", f"{name}, status {result.status}")
        document = result.document()
        if result.status not in (0, 1, 69, 74, 75):
            self.wrong(f"ends with {result.status}", result.errors)
        if document:
            summary = document["summary"]
            if result.status == 0 and summary["left"] is not None and summary["left"] != len(left):
                self.wrong("left is wrong", f"{summary}, true: {len(left)}")
            if result.status == 0 and (summary["unknown"] or not summary["complete"]):
                self.wrong("status 0 with what is unknown", str(summary))
            if summary["moved"] is not None and summary["moved"] > sum(copies[n] for n in self.names):
                self.wrong("moved is too large", f"{summary}, true: {sum(copies[n] for n in self.names)}")
        elif result.status in (0, 1):
            self.wrong("no report", str(result))
        self.do("XGROUP", "CREATE", LIVE, INGESTOR, "0", "MKSTREAM")
        for _ in range(3):
            again = self.round.tool.run(self.server.path, "dlq", "redrive", "--yes", "-o", "json")
            self.round.say(str(again))
            if again.status == 0:
                break
        copies, left = self.copies(), self.letters_left()
        wrong = {name: copies[name] for name in self.names if copies[name] != 1}
        if wrong or left:
            self.wrong("not each message is there once in the end", f"{wrong}, left {left}")


def play(round_):
    scenario = round_.options.only or round_.random.choice(["publish", "publish", "publish", "publish", "single", "redrive"])
    game = Game(round_, scenario)
    game.play()
    return game.violations


if __name__ == "__main__":
    soak(__doc__, play, lambda server, tool, options: Proxy(server.path))
