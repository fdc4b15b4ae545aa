#!/usr/bin/env python3
"""Compares what trim, ack, claim, group and consumer plan, say and do with each other and with the truth.

    Tests/Soak/changes.py [CARACALCTL [SERVER...]] [--seed N] [--rounds N | --seconds N] [--only SCENARIO]

Scenarios: plan (--dry-run changes nothing, the commands that it prints do on a copy what it does in earnest, and it does what
was planned) and pair (a second one of the same runs to its end while the first is at some request: together they say what was
done). Ids are small, of the far future, or near 2^64, up to the last there is; groups and consumers have odd names.
"""
import re
import shlex

from support import Proxy, Refusal, Server, entries, name_of, pairs, soak, text

REVOKE, BOUNDED = "caracal.sessions.revoke", "caracal.providers.ratelimit"
TOP = (1 << 64) - 1
READING = {b"HELLO", b"AUTH", b"PING", b"XINFO", b"XRANGE", b"XREVRANGE", b"XPENDING", b"XLEN", b"CLIENT", b"INFO", b"TYPE", b"TIME",
           b"EXISTS", b"ACL", b"COMMAND", b"ROLE", b"SELECT", b"CONFIG", b"EVAL_RO", b"CLUSTER", b"WATCH", b"UNWATCH", b"MULTI", b"SCAN"}


def canonical(fields):
    return tuple(zip(fields[::2], fields[1::2]))


class Game:
    def __init__(self, round_, scenario):
        self.round, self.random, self.scenario = round_, round_.random, scenario
        self.server, self.client, self.proxy, self.other = round_.server, round_.server.client, round_.state.proxy, round_.state.other
        self.violations = []

    def do(self, *parts):
        return self.round.do(*parts)

    def wrong(self, kind, what):
        self.violations.append((f"{self.scenario}: {kind}", what))

    def run(self, *arguments, path=None):
        result = self.round.tool.run(path or self.server.path, *arguments)
        self.round.say(f"caracalctl {' '.join(shlex.quote(str(a)) for a in arguments)} -> {result.status} {result.errors.strip()[:300]}")
        return result

    def everything(self, client=None):
        """All that the server holds, but for the times at which consumers were seen."""
        client, found = client or self.client, {}
        for key in client("KEYS", "*"):
            if client("TYPE", key) != b"stream":
                found[key] = client("DUMP", key)
                continue
            info = pairs(client("XINFO", "STREAM", key))
            members = {}
            for group in client("XINFO", "GROUPS", key):
                group = pairs(group)
                waiting = {p[0]: (p[1], p[3]) for p in client("XPENDING", key, group["name"], "-", "+", 100000)}
                names = {pairs(c)["name"] for c in client("XINFO", "CONSUMERS", key, group["name"])}
                members[group["name"]] = (group["last-delivered-id"], group.get("entries-read"), waiting, names)
            found[key] = ({i: canonical(f) for i, f in entries(client, key).items()}, info["last-generated-id"], members)
        return found

    def copy(self):
        """The same in the other server."""
        client = self.other.client
        client("FLUSHALL")
        for key in self.client("KEYS", "*"):
            client("RESTORE", key, 0, self.client("DUMP", key))

    def prepare_groups(self):
        random = self.random
        self.do("FLUSHALL")
        self.do("CONFIG", "SET", "stream-node-max-entries", random.choice([1, 3, 100]))
        self.stream = random.choice([REVOKE, REVOKE, BOUNDED])
        base = random.choice(["small", "small", "top", "future", "last"])
        self.names = random.sample([b"sts-revocation", b"resource-revocation", b"gateway-revocation:h1", b"x y\xff\n"], random.randint(1, 3))
        count = random.randint(2, 14)
        place = {"small": lambda n: f"{n}-{n % 3}", "top": lambda n: f"{TOP}-{TOP - 40 + n}", "future": lambda n: f"{5 * 10**12 + n}-{TOP}",
                 "last": lambda n: f"{TOP}-{TOP - count + n + 1}"}[base]
        for number in range(1, count):
            self.do("XADD", self.stream, place(number), "n", f"v{number}")
        for name in self.names:
            self.do("XGROUP", "CREATE", self.stream, name, random.choice(["0", "0", place(2), "$"]), "MKSTREAM")
            for _ in range(random.randint(0, 4)):
                self.do("XREADGROUP", "GROUP", name, random.choice(["c1", "c 2", b"\xc3\x28", "c1"]), "COUNT", random.randint(1, 6), "STREAMS", self.stream, ">")
            pending = self.pending(name)
            done = [i for i in pending if random.random() < 0.5]
            if done:
                self.do("XACK", self.stream, name, *done)
            if random.random() < 0.3:
                self.do("XGROUP", "SETID", self.stream, name, random.choice(["0", "$", place(3)]))
        self.known = sorted(entries(self.client, self.stream))
        if random.random() < 0.5 and self.known:
            self.do("XDEL", self.stream, *(name_of(i) for i in random.sample(self.known, min(3, len(self.known)))))
        if random.random() < 0.2:
            self.do("XTRIM", self.stream, "MAXLEN", random.randint(0, 8))

    def pending(self, name):
        try:
            return [text(p[0]) for p in self.client("XPENDING", self.stream, name, "-", "+", 1000)]
        except Refusal:
            return []

    def choose(self):
        random, name = self.random, self.random.choice([n for n in self.names if b"\xff" not in n] or [b"sts-revocation"])
        group = text(name)
        pending = self.pending(name)
        ids = random.sample(pending, random.randint(1, min(4, len(pending)))) if pending else []
        ids += [name_of(random.choice(self.known))] if self.known and (not ids or random.random() < 0.3) else []
        ids = list(dict.fromkeys(ids)) or ["1-0"]
        place = random.choice(["start", "end", *([name_of(random.choice(self.known))] * 3 if self.known else [])])
        return random.choice([
            ["trim", self.stream], ["trim", self.stream, "--to-bound"], ["trim", self.stream, "--force"],
            ["ack", self.stream, group, *ids], ["ack", self.stream, group, "--trimmed"],
            ["claim", self.stream, group, "--to", random.choice(["c1", "c 2"]), *ids],
            ["claim", self.stream, group, "--to", random.choice(["c1", "n 9"]), "--create-consumer", "--min-idle", "0s", "--limit", random.randint(1, 4)],
            ["group", "create", self.stream, random.choice(["new", "n e w", group]), "--at", {"start": "0", "end": "$"}.get(place, place)],
            ["group", "seek", self.stream, group, "--to", place], ["group", "rm", self.stream, group, "--force"], ["group", "rm", self.stream, group],
            ["consumer", "rm", self.stream, group, "c1", "c 2"], ["consumer", "prune", self.stream, *([group] if random.random() < 0.5 else []), "--idle", "0s"]])

    def plan(self):
        self.prepare_groups()
        command = self.choose()
        before = self.everything()
        dry = self.run(*command, "--dry-run", "-o", "json")
        if self.everything() != before:
            self.wrong("--dry-run changes something", f"{command}")
        self.copy()
        done = self.run(*command, "--yes", "-o", "json")
        after = self.everything()
        self.round.count(f"{command[0]}{' ' + command[1] if command[0] in ('group', 'consumer') else ''} {done.status}")
        if dry.status != done.status:
            self.wrong("--dry-run ends otherwise", f"{dry}\n{done}")
        plan, report = dry.document(), done.document()
        if (plan is None) != (report is None):
            return self.wrong("one reports, the other does not", f"{dry}\n{done}")
        if plan is None:
            if after != before or re.sub(r"\d+ ms", "", dry.errors) != re.sub(r"\d+ ms", "", done.errors):
                self.wrong("refused, and changed, or in other words", f"{dry}\n{done}")
            return None
        commands = plan["summary"].get("commands") or [i["command"] for i in plan["items"] if i.get("command")]
        for line in commands:
            self.other.client(*self.words(line))
        got = self.everything(self.other.client)
        if got != after:
            self.wrong(f"the printed commands do something else ({command[0]})", f"{commands}\n   they: {self.difference(after, got)}\n   it: {self.difference(got, after)}\n   {done}")
        for old, new in zip(plan["items"], report["items"]):
            same = {k for k in old if k in new} - {"result", "command", "idle_ms", "last_seen_ms", "reason"}
            if any(old[k] != new[k] for k in same):
                self.wrong("the report differs from the plan", f"{old}\n   {new}")
            if old["result" if "result" in old else "group"] == "planned" and new["result"] not in ("acknowledged", "claimed", "created", "moved", "removed", "in_place"):
                self.wrong("planned, and not done", f"{old}\n   {new}")
        if len(plan["items"]) != len(report["items"]):
            self.wrong("the report has other items than the plan", f"{plan['items']}\n   {report['items']}")
        if command[0] == "trim":
            self.judge_trim(plan["summary"], report["summary"], before, after)
        else:
            self.judge_done(command, report, before, after)
        return None

    def judge_trim(self, plan, report, before, after):
        key = self.stream.encode()
        gone = len(before[key][0]) - len(after[key][0])
        if report["removed"] != gone or report["length"] != len(after[key][0]) or report["length_before"] != len(before[key][0]):
            self.wrong("trim: counts", f"{report}, true {gone}")
        if plan["removes_quality"] == "exact" and plan["removes"] != gone:
            self.wrong("trim: plan", f"{plan}, true {gone}")

    def judge_done(self, command, report, before, after):
        key = self.stream.encode()
        if before[key][0] != after[key][0]:
            self.wrong("changes entries", str(command))
        old, new = before[key][2], after[key][2]
        took = sum(1 for g in old for i in old[g][2] if g in new and i not in new[g][2])
        turned = sum(1 for g in old for i in old[g][2] if g in new and i in new[g][2] and new[g][2][i][0] != old[g][2][i][0])
        names = sum(len(old[g][3] - new[g][3]) for g in old if g in new)
        right = {"ack": ("acknowledged", took), "claim": ("claimed", turned), "consumer": ("removed", names),
                 "group rm": ("removed", len(set(old) - set(new)))}.get(command[0] if command[0] != "group" else " ".join(command[:2]))
        if right and report["summary"][right[0]] != right[1]:
            self.wrong(f"{command[0]}: counts", f"{report['summary']}, true {right}")

    def difference(self, one, two):
        key = self.stream.encode()
        return [b if not isinstance(b, dict) else {k: v for k, v in b.items() if a.get(k) != v} for a, b in zip(one.get(key, ()), two.get(key, ())) if a != b]

    def words(self, line):
        """The arguments of a command as redis-cli reads it."""
        words, word, position, quoted = [], None, 0, False
        data = line.encode()
        while position < len(data):
            c = data[position:position + 1]
            if quoted and c == b"\\":
                following = data[position + 1:position + 2]
                if following == b"x":
                    word += bytes([int(data[position + 2:position + 4], 16)])
                    position += 4
                    continue
                word += {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"a": b"\a", b"b": b"\b"}.get(following, following)
                position += 2
                continue
            if c == b'"':
                quoted, word = not quoted, word or b""
            elif c == b" " and not quoted:
                words, word = words + ([word] if word is not None else []), None
            else:
                word = (word or b"") + c
            position += 1
        return words + ([word] if word is not None else [])

    def pair(self):
        """One runs to its end while the other is at some request: both reports together are what was done."""
        self.prepare_groups()
        command, key = self.choose(), self.stream.encode()
        before, results = self.everything(), []
        moment, late = self.random.randint(1, 25), self.random.random() < 0.5
        self.proxy.reset()

        def step(number, parts):
            if (number == moment or (late and parts[0].upper() not in READING)) and not results:
                results.append(self.run(*command, "--yes", "-o", "json"))
            self.round.say(f"  {number}: " + " ".join(text(p)[:60].replace("\n", " ") for p in parts)[:160])
            return "pass"

        self.proxy.step = step
        results.append(self.run(*command, "--yes", "-o", "json", path=self.proxy.path))
        self.proxy.reset()
        after, known = self.everything(), [r.document() for r in results]
        for r in results:
            if r.status not in (0, 1, 64, 69, 75):
                self.wrong(f"ends with {r.status}", str(r))
        said = lambda word: sum(d["summary"][word] or 0 for d in known if d)
        old, new = before[key][2], after[key][2]
        kind = " ".join(command[:2]) if command[0] in ("group", "consumer") else command[0]
        self.round.count(f"{kind}: {' '.join(str(r.status) for r in results)}")
        took = sum(1 for g in old for i in old[g][2] if g in new and i not in new[g][2])
        turned = sum(1 for g in old for i in old[g][2] if g in new and i in new[g][2] and new[g][2][i][0] != old[g][2][i][0])
        names = sum(len(old[g][3] - new[g][3]) for g in old if g in new)
        right = {"trim": ("removed", len(before[key][0]) - len(after[key][0])), "ack": ("acknowledged", took), "claim": ("claimed", turned),
                 "group rm": ("removed", len(set(old) - set(new))), "consumer rm": ("removed", names), "consumer prune": ("removed", names)}.get(kind)
        if right and said(right[0]) != right[1]:
            self.wrong(f"{kind}: the sum of both", f"{right[1]} {right[0]}, said {said(right[0])}: " + "\n".join(map(str, results)))
        if kind == "group create" and len(set(new) - set(old)) != sum(1 for d in known if d for i in d["items"] if i["result"] == "created"):
            self.wrong("group create: the sum of both", "\n".join(map(str, results)))



class State:
    """A proxy before the server, and an empty server of the same version."""

    def __init__(self, server):
        self.proxy, self.other = Proxy(server.path), Server(server.program)

    def stop(self):
        self.proxy.stop()
        self.other.stop()


def play(round_):
    scenario = round_.options.only or round_.random.choice(["plan", "pair"])
    game = Game(round_, scenario)
    getattr(game, game.scenario)()
    return game.violations


if __name__ == "__main__":
    soak(__doc__, play, lambda server, tool, options: State(server))
