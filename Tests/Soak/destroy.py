#!/usr/bin/env python3
"""Lets others act while trim, ack, claim, dlq purge and dlq redrive look, ask and act.

    Tests/Soak/destroy.py [CARACALCTL [SERVER...]] [--seed N] [--rounds N | --seconds N] [--only SCENARIO]

The tool works through a proxy that knows the state before and after each request, so what the tool did is told apart from
what others did. Others act at random requests, or while the question waits on a terminal. Scenarios: trim, bound, force,
ack, trimmed, claim, names (consumer prune), seek, group (group rm), purge, redrive.
"""
import hashlib
import hmac
import json
import os
import threading

from support import AUDIT_KEY, Proxy, Refusal, entries, groups, id_of, name_of, pairs, soak, text

STREAM, DEAD, LIVE = "caracal.sessions.revoke", "caracal.audit.events.dlq", "caracal.audit.events"
BOUNDED = "caracal.providers.ratelimit"
GROUPS = ["sts-revocation", "resource-revocation", "extra"]
READING = {b"HELLO", b"AUTH", b"PING", b"XINFO", b"XRANGE", b"XREVRANGE", b"XPENDING", b"XLEN", b"CLIENT", b"INFO", b"TYPE", b"TIME",
           b"EXISTS", b"ACL", b"COMMAND", b"ROLE", b"SELECT", b"CONFIG", b"EVAL_RO", b"CLUSTER", b"WATCH", b"UNWATCH", b"MULTI"}


class State:
    """What is in the streams of a scenario."""

    def __init__(self, client, streams):
        self.entries = {stream: entries(client, stream) for stream in streams}
        self.groups = {stream: {text(n): g for n, g in groups(client, stream).items()} for stream in streams}
        self.consumers = {}
        for stream in streams:
            for name in self.groups[stream]:
                self.consumers[stream, name] = {text(pairs(c)["name"]) for c in client("XINFO", "CONSUMERS", stream, name)}


class Game:
    """A scenario: what is there, what others do, and what the tool did."""

    def __init__(self, round_, scenario):
        self.round, self.scenario, self.random = round_, scenario, round_.random
        self.server, self.proxy, self.client = round_.server, round_.state, round_.server.client
        self.streams = {"bound": [BOUNDED], "force": [BOUNDED], "purge": [DEAD, STREAM + ".dead"], "redrive": [DEAD, LIVE]}.get(scenario, [STREAM])
        self.effects, self.violations, self.looked = [], [], None
        self.others = threading.RLock()

    def do(self, *parts):
        return self.round.do(*parts)

    def wrong(self, kind, what):
        self.violations.append((f"{self.scenario}: {kind}", what))

    def state(self):
        return State(self.client, self.streams)

    # What is there.

    def prepare(self):
        self.do("FLUSHALL")
        self.do("CONFIG", "SET", "stream-node-max-entries", self.random.choice([1, 3, 100]))
        if self.scenario in ("purge", "redrive"):
            if self.scenario == "redrive":
                self.do("XGROUP", "CREATE", LIVE, "audit-ingestor", "0", "MKSTREAM")
            self.letters = 0
            for _ in range(self.random.randint(1, 8)):
                self.die()
            return
        stream = self.streams[0]
        for number in range(1, self.random.randint(3, 15)):
            self.do("XADD", stream, f"{number}-0", "n", f"v{number}")
        for name in self.random.sample(GROUPS, self.random.randint(1, 3)):
            self.do("XGROUP", "CREATE", stream, name, self.random.choice(["0", "0", "0", "3-0", "$"]))
            for _ in range(self.random.randint(0, 4)):
                self.do("XREADGROUP", "GROUP", name, self.random.choice(["c1", "c2"]), "COUNT", self.random.randint(1, 8), "STREAMS", stream, ">")
            self.settle(stream, name, 0.7)
            if self.random.random() < 0.2:
                self.do("XGROUP", "SETID", stream, name, self.random.choice(["0", "2-0", "4-0"]))
            pending = self.pending(stream, name)
            if pending and self.random.random() < 0.5:
                chosen = self.random.sample(pending, self.random.randint(1, len(pending)))
                self.do("XCLAIM", stream, name, "c1", 0, *chosen, "IDLE", 900_000, "JUSTID")
            if self.scenario == "names":
                for consumer in self.random.sample(["n1", "n2", "n3"], 2):
                    self.do("XREADGROUP", "GROUP", name, consumer, "COUNT", 1, "STREAMS", stream, ">")
                    held = [text(p[0]) for p in self.client("XPENDING", stream, name, "-", "+", 9, consumer)]
                    if held:
                        self.do("XACK", stream, name, *held)
        if self.random.random() < 0.5 or self.scenario == "trimmed":
            self.do("XDEL", stream, *(f"{self.random.randint(1, 14)}-0" for _ in range(4)))

    def pending(self, stream, name):
        try:
            return [text(p[0]) for p in self.client("XPENDING", stream, name, "-", "+", 1000)]
        except Refusal:
            return []

    def settle(self, stream, name, share):
        done = [i for i in self.pending(stream, name) if self.random.random() < share]
        if done:
            self.do("XACK", stream, name, *done)

    def die(self, identifier="*", content=None):
        """A dead letter, of one of two streams."""
        self.letters += 1
        content = content or f"event-{self.letters}"
        data = json.dumps({"id": content, "zone_id": "z", "occurred_at": "2026-01-01T00:00:00Z"})
        signature = hmac.new(bytes.fromhex(AUDIT_KEY), data.encode(), hashlib.sha256).hexdigest()
        if self.scenario == "purge" and self.random.random() < 0.3:
            return self.do("XADD", STREAM + ".dead", identifier, "source_id", f"{self.letters}-0", "reason", "invalid_signature", "payload", data)
        return self.do("XADD", DEAD, identifier, "reason", "pg_permanent_error:x", "src_id", f"{self.letters}-0", "received_at", "1",
                       "src_data", data, "src_sig", signature)

    # What others do.

    def interfere(self):
        self.round.say("others:")
        for _ in range(self.random.choice([1, 1, 2])):
            if self.scenario in ("purge", "redrive"):
                self.interfere_with_letters()
            else:
                self.interfere_with_groups()
        self.round.say("the tool again:")

    def interfere_with_letters(self):
        stream = self.random.choice(self.streams) if self.scenario == "purge" else DEAD
        known = sorted(entries(self.client, stream))
        kind = self.random.choice(["die", "remove", "anew", "replay"])
        if kind == "die":
            self.die()
        elif kind == "remove" and known:
            self.do("XDEL", stream, name_of(self.random.choice(known)))
        elif kind == "anew" and known:
            self.do("DEL", stream)
            for identifier in known:
                self.letters += 1
                if stream == DEAD:
                    data = json.dumps({"id": f"event-{self.letters}", "zone_id": "z", "occurred_at": "2026-01-01T00:00:00Z"})
                    signature = hmac.new(bytes.fromhex(AUDIT_KEY), data.encode(), hashlib.sha256).hexdigest()
                    self.do("XADD", DEAD, name_of(identifier), "reason", "pg_permanent_error:x", "src_id", f"{self.letters}-0",
                            "received_at", "1", "src_data", data, "src_sig", signature)
                else:
                    self.do("XADD", stream, name_of(identifier), "source_id", f"{self.letters}-0", "reason", "invalid_signature", "payload", "{}")
        elif kind == "replay" and known and self.scenario == "redrive":
            self.do("XREADGROUP", "GROUP", "audit-ingestor", "c1", "COUNT", 2, "STREAMS", LIVE, ">")

    def interfere_with_groups(self):
        stream = self.streams[0]
        state = self.state()
        names = sorted(state.groups[stream])
        known = [name_of(i) for i in sorted(state.entries[stream])]
        name = self.random.choice(names or GROUPS)
        kind = self.random.choice(["create", "setid", "destroy", "anew", "read", "ack", "claim", "claim", "again", "add", "del", "force"] + (["idle"] * 6 if self.scenario == "names" else []))
        pending = self.pending(stream, name)
        if kind == "create":
            self.do("XGROUP", "CREATE", stream, f"new-{self.random.randint(1, 9)}", self.random.choice(["0", "0", "$", "2-0"]))
        elif kind == "setid":
            self.do("XGROUP", "SETID", stream, name, self.random.choice(["0", "1-0", "3-0", "$"]))
        elif kind == "destroy":
            self.do("XGROUP", "DESTROY", stream, name)
            if self.random.random() < 0.8:
                self.do("XGROUP", "CREATE", stream, name, self.random.choice(["0", "0", "2-0", "$"]))
                if self.random.random() < 0.5:
                    self.do("XREADGROUP", "GROUP", name, "living", "COUNT", 5, "STREAMS", stream, ">")
        elif kind == "anew":
            self.do("DEL", stream)
            for identifier in known[:self.random.randint(1, 10)]:
                self.do("XADD", stream, identifier, "n", "other")
            for other in names:
                self.do("XGROUP", "CREATE", stream, other, self.random.choice(["0", "0", "$"]), "MKSTREAM")
                if self.random.random() < 0.6:
                    self.do("XREADGROUP", "GROUP", other, self.random.choice(["living", "c1"]), "COUNT", 5, "STREAMS", stream, ">")
        elif kind == "read":
            self.do("XREADGROUP", "GROUP", name, "living", "COUNT", self.random.randint(1, 5), "STREAMS", stream, ">")
        elif kind == "ack" and pending:
            self.do("XACK", stream, name, *self.random.sample(pending, self.random.randint(1, len(pending))))
        elif kind == "claim" and pending:
            self.do("XCLAIM", stream, name, "living", 0, *self.random.sample(pending, self.random.randint(1, len(pending))))
        elif kind == "again":
            self.do("XREADGROUP", "GROUP", name, self.random.choice(["c1", "c2"]), "COUNT", 3, "STREAMS", stream, "0")
        elif kind == "idle":
            # A name that holds nothing comes, or is given an entry.
            self.do("XREADGROUP", "GROUP", name, self.random.choice(["c1", "c2", "n1", "n2", "n3"]), "COUNT", self.random.randint(1, 3), "STREAMS", stream, self.random.choice([">", ">", "0"]))
        elif kind == "add":
            self.do("XADD", stream, "*", "n", "new")
        elif kind == "del" and known:
            self.do("XDEL", stream, self.random.choice(known))
        elif kind == "force" and known:
            self.do("XCLAIM", stream, name, "living", 0, self.random.choice(known), "FORCE")

    # The tool at work.

    def command(self):
        random = self.random
        if self.scenario == "trim":
            return ["trim", STREAM]
        if self.scenario == "bound":
            return ["trim", BOUNDED, "--to-bound"]
        if self.scenario == "force":
            return ["trim", BOUNDED, "--force"]
        if self.scenario == "purge":
            return ["dlq", "purge", "--exported", self.file]
        if self.scenario == "redrive":
            return ["dlq", "redrive"]
        state = self.state()
        self.group = random.choice(sorted(state.groups[STREAM]))
        pending = self.pending(STREAM, self.group)
        if self.scenario == "trimmed":
            return ["ack", STREAM, self.group, "--trimmed"]
        ids = random.sample(pending, random.randint(1, len(pending))) if pending else []
        ids += [f"{random.randint(1, 15)}-0"] if random.random() < 0.3 or not ids else []
        ids = list(dict.fromkeys(ids))
        if self.scenario == "names":
            return ["consumer", "prune", STREAM, *([self.group] if random.random() < 0.5 else []), "--idle", "0s"]
        if self.scenario == "group":
            return ["group", "rm", STREAM, self.group, "--force"]
        if self.scenario == "seek":
            return ["group", "seek", STREAM, self.group, "--to", random.choice(["start", "end", "2-0", "5-0", "9-0", "12-0"])]
        if self.scenario == "ack":
            self.wanted = ids
            return ["ack", STREAM, self.group, *ids]
        self.to, self.create = random.choice(["c1", "c2", "c9"]), random.random() < 0.5
        self.idle = random.random() < 0.4
        more = ["--create-consumer"] if self.create else []
        return ["claim", STREAM, self.group, "--to", self.to, *(["--min-idle", "600s"] if self.idle else ids), *more]

    def play(self):
        self.prepare()
        if self.scenario == "purge":
            self.file = os.path.join(self.round.tool.folder, f"export-{self.round.seed}.ndjson")
            if os.path.exists(self.file):
                os.unlink(self.file)
            done = self.round.tool.run(self.server.path, "dlq", "export", "--to", self.file)
            if done.status != 0:
                self.wrong("the export fails", str(done))
                return
            self.exported = self.state().entries
        command = self.command()
        mode = self.random.choice(["nothing", "question", "question", "between", "between", "between", "fault"])
        moments = {self.random.randint(1, 14) for _ in range(self.random.choice([1, 1, 2, 3]))} if mode == "between" else set()
        fault = (self.random.randint(2, 14), self.random.choice(["cut", "drop", "half", "late", "swallow"])) if mode == "fault" else None
        self.proxy.reset()
        self.proxy.step = lambda number, parts: self.before(number, parts, moments, fault)
        self.proxy.done = self.after
        self.start = self.state()
        self.round.say(f"caracalctl {' '.join(command)}, {mode}")
        options = ["-o", "json", "--timeout", "1s" if fault and fault[1] == "swallow" else "5s"]
        if mode == "question":
            def at_question(process):
                with self.proxy.lock:
                    self.interfere()
                    self.asked = self.state()
                return True

            result = self.round.tool.ask(self.proxy.path, *command, *options, at_question=at_question)
        else:
            result = self.round.tool.run(self.proxy.path, *command, *options, "--yes")
        self.round.say(str(result))
        if self.proxy.failure:
            raise self.proxy.failure
        self.quiet = mode == "nothing" or (mode == "question" and not result.asked) or \
            (mode == "between" and min(moments) > self.proxy.number) or (fault is not None and fault[0] > self.proxy.number)
        self.round.count(f"{self.scenario} status {result.status}")
        self.end = self.state()
        self.judge(result, fault)

    def before(self, number, parts, moments, fault):
        if number in moments:
            self.interfere()
        if parts[0].upper() not in READING:
            self.snapshot = self.state()
        self.round.say(f"  {number}: " + " ".join(text(p)[:40] for p in parts)[:200])
        return fault[1] if fault and number == fault[0] else "pass"

    def after(self, number, parts, reply):
        if parts[0].upper() not in READING:
            self.round.say(f"     -> {reply[:80]!r}")
            self.effects.append((self.snapshot, self.state()))

    # What is wrong with it.

    def judge(self, result, fault):
        document = result.document()
        # An export that does not agree with the server any more is malformed data.
        if result.status not in (0, 1, 69, 74, 75, *([65] if self.scenario == "purge" and not self.quiet else [])):
            self.wrong(f"ends with {result.status}", result.errors)
        if result.status == 74 and self.quiet:
            self.wrong("in doubt without a cause", result.errors)
        if result.status not in (0,) and not result.errors.strip() and document is None:
            self.wrong("ends without a word", str(result.status))
        if not self.effects and result.status == 74 and fault is None:
            self.wrong("in doubt, and nothing was sent", result.errors)
        self.fault = fault
        getattr(self, {"bound": "judge_trim", "force": "judge_trim", "trim": "judge_trim", "ack": "judge_list", "trimmed": "judge_list",
                       "claim": "judge_list", "names": "judge_names", "seek": "judge_seek", "group": "judge_group", "purge": "judge_purge", "redrive": "judge_redrive"}[self.scenario])(result, document)

    def judge_trim(self, result, document):
        stream, removed = self.streams[0], 0
        for before, after in self.effects:
            gone = set(before.entries[stream]) - set(after.entries[stream])
            removed += len(gone)
            if self.scenario != "force":
                for name, (position, pending) in before.groups[stream].items():
                    ahead = sorted(i for i in gone if i > position)
                    held = sorted(i for i in gone if i in pending)
                    if ahead:
                        self.wrong("removes what a group was not given", f"{name} at {name_of(position)}: {[name_of(i) for i in ahead]}")
                    if held:
                        self.wrong("removes what a group has not acknowledged", f"{name}: {[name_of(i) for i in held]}")
                if gone and not before.groups[stream]:
                    self.wrong("removes from a stream without groups", f"{len(gone)} entries")
            strange = [i for i in gone if before.entries[stream][i] != self.start.entries[stream].get(i)]
            if strange and hasattr(self, "asked"):
                self.wrong("removes entries of a stream made anew while the question waited", str([name_of(i) for i in strange]))
        if document:
            summary = document["summary"]
            if summary["removed"] is not None and summary["removed"] != removed:
                self.wrong("removed is wrong", f"{summary['removed']}, true: {removed}, confirmed {summary['confirmed']}")
            if summary["removes_quality"] == "exact" and removed > summary["removes"]:
                self.wrong("removes more than planned", f"{removed}, planned {summary['removes']}")
            if result.status == 0 and summary["removed"] is None and self.fault is None:
                self.wrong("status 0 without a count", result.output)
            if self.quiet:
                self.judge_quiet_trim(result, summary, document)

    def judge_quiet_trim(self, result, summary, document):
        stream = self.streams[0]
        there, known = sorted(self.start.entries[stream]), self.start.groups[stream]
        # A pending entry that is gone need not hold anything back, and may.
        most = self.free(there, known, lambda pending: [i for i in pending if i in there])
        least = self.free(there, known, lambda pending: list(pending))
        # A group that was put beyond the last id may have been given nothing, and may hold all.
        if any(position > max(there, default=position) for position, _ in known.values()):
            least = 0
        if self.scenario == "bound":
            least, most = (min(free, max(0, len(there) - 1)) for free in (least, most))
        elif self.scenario == "force":
            least = most = max(0, len(there) - 1)
            self.judge_losses(document, set(there[:most]), known)
        if summary["removes_quality"] == "exact" and not least <= summary["removes"] <= most:
            self.wrong("removes is wrong", f"{summary['removes']}, true: {least} to {most}")
        if result.status == 0 and not least <= summary["removed"] <= most:
            self.wrong("does not remove all that it may, or more", f"{summary['removed']}, true: {least} to {most}")
        if summary["length"] is not None and summary["length"] != len(self.end.entries[stream]):
            self.wrong("length is wrong", f"{summary['length']}, true: {len(self.end.entries[stream])}")

    def free(self, there, known, holding):
        """How many entries lie before all that some group needs."""
        needed = [i for position, pending in known.values() for i in [i for i in there if i > position][:1] + holding(pending)]
        return sum(1 for i in there if i < min(needed, default=(1 << 64, 0))) if known else 0

    def judge_losses(self, document, gone, known):
        """An entry can be pending and behind the group's position at once: either way it is lost."""
        for item in document["items"]:
            position, pending = known[item["group"]]
            ahead, held = {i for i in gone if i > position}, {i for i in gone if i in pending}
            given = item["loses_undelivered"], item["loses_unacknowledged"]
            if given[0] is not None and not (len(ahead - held) <= given[0] <= len(ahead) and len(held - ahead) <= given[1] <= len(held)
                                             and sum(given) >= len(ahead | held)):
                self.wrong("what a group loses is wrong", f"{item}, true: {len(ahead)} undelivered, {len(held)} held, {len(ahead | held)} in all")

    def judge_list(self, result, document):
        """ack and claim."""
        items = {id_of(item["id"]): item for item in document["items"]} if document else {}
        done, word = set(), "claimed" if self.scenario == "claim" else "acknowledged"
        for before, after in self.effects:
            if self.group not in before.groups[STREAM] or self.group not in after.groups[STREAM]:
                continue
            old, new = before.groups[STREAM][self.group][1], after.groups[STREAM][self.group][1]
            created = after.consumers[STREAM, self.group] - before.consumers[STREAM, self.group]
            if created and not (self.scenario == "claim" and self.create):
                self.wrong("creates a consumer", str(created))
            for identifier in old:
                now = new.get(identifier)
                if now and now[:2] == old[identifier][:2]:
                    continue
                done.add(identifier)
                self.judge_change(identifier, old[identifier], now, items.get(identifier), before)
            for identifier in set(new) - set(old):
                self.wrong("makes an entry pending", name_of(identifier))
        said = {i for i, item in items.items() if item["result"] == word}
        doubtful = {i for i, item in items.items() if item["result"] == "unknown"}
        if document and not said <= done:
            self.wrong(f"says {word}, and it is not", str([name_of(i) for i in said - done]))
        if document and not done <= said | doubtful:
            self.wrong(f"has {word} and does not say so", str([(name_of(i), items.get(i)) for i in done - said - doubtful]))
        if document is None and done and result.status != 74:
            self.wrong(f"has {word}, and reports nothing", str(result))
        if document and document["summary"][word] != len(said):
            self.wrong("the sum is wrong", str(document["summary"]))
        if result.status == 0 and (doubtful or any(item["result"] in ("refused", "not_done") for item in items.values())):
            self.wrong("status 0 with what was not done", result.output)
        if self.quiet and document:
            self.judge_quiet_list(result, items, said)

    def judge_change(self, identifier, old, now, item, before):
        there = identifier in before.entries[STREAM]
        where = f"{name_of(identifier)}, held by {text(old[0])} after {old[1]} deliveries, entry {'there' if there else 'gone'}; reported {item}"
        asked = getattr(self, "asked", None)
        # Nobody can be given an entry that is gone: whoever holds it, it may be acknowledged.
        if self.scenario != "trimmed" and item and item["result"] != "unknown" and (item["consumer"] != text(old[0]) or item["deliveries"] != old[1]):
            self.wrong("acts on what somebody else was given since the plan", where)
        if self.scenario == "claim":
            if now is None:
                self.wrong("takes an entry off the list", where)
            elif now[0] != self.to.encode():
                self.wrong("gives it to another consumer", where)
            elif now[1] != old[1]:
                self.wrong("counts a delivery", where)
            if not there:
                self.wrong("claims an entry that does not exist", where)
            if self.idle and old[2] < 600_000:
                self.wrong("claims what is not idle for so long", where)
        elif now is not None:
            self.wrong("changes an entry's holder", where)
        elif self.scenario == "trimmed" and there:
            self.wrong("acknowledges an entry that exists", where)
        elif self.scenario == "ack" and name_of(identifier) not in self.wanted:
            self.wrong("acknowledges what was not named", where)
        first = self.start.groups[STREAM].get(self.group, (None, {}))[1].get(identifier)
        if self.scenario != "trimmed" and asked is not None and (first is None or first[:2] != old[:2]):
            self.wrong("acts on what somebody was given while the question waited", where)

    def judge_quiet_list(self, result, items, said):
        pending, there = self.start.groups[STREAM][self.group][1], set(self.start.entries[STREAM])
        if self.scenario == "trimmed":
            right = {i for i in pending if i not in there}
        elif self.scenario == "ack":
            right = {id_of(i) for i in self.wanted} & set(pending)
        else:
            if self.to not in self.start.consumers[STREAM, self.group] and not self.create:
                return
            right = {i for i, e in pending.items() if i in there and e[0] != self.to.encode()
                     and (e[2] >= 600_000 if self.idle else i in items)}
        if said != right:
            self.wrong("does not do what it is to do", f"done {[name_of(i) for i in said]}, right {[name_of(i) for i in right]}")

    def judge_others(self, before, after, changed):
        """What the tool was not told to change: the other groups, all entries, and who holds what."""
        if before.entries != after.entries:
            self.wrong("changes entries", "")
        for name, (position, pending) in before.groups[STREAM].items():
            if name in changed:
                continue
            now = after.groups[STREAM].get(name)
            if now is None or now[0] != position or {i: e[:2] for i, e in now[1].items()} != {i: e[:2] for i, e in pending.items()}:
                self.wrong("changes what a group holds, or its place", f"{name}: {position} {sorted(pending)}, then {now}")

    def judge_names(self, result, document):
        """consumer prune: no entry is ever lost with a name."""
        removed = set()
        for before, after in self.effects:
            self.judge_others(before, after, [])
            for place, names in before.consumers.items():
                holders = {text(e[0]) for e in before.groups[STREAM][place[1]][1].values()}
                gone = names - after.consumers.get(place, set())
                removed |= {(place[1], name) for name in gone}
                if gone & holders:
                    self.wrong("removes a consumer that holds entries", f"{place[1]}: {sorted(gone & holders)}")
                if after.consumers.get(place, set()) - names:
                    self.wrong("creates a consumer", str(place))
        if document:
            said = {(i["group"], i["consumer"]) for i in document["items"] if i["result"] == "removed"}
            if not said <= removed and self.fault is None:
                # A name that others removed first is removed all the same.
                others = {p for p in said - removed if p[1] in self.end.consumers.get((STREAM, p[0]), set())}
                if others and self.quiet:
                    self.wrong("says removed, and it is there", str(others))
            doubtful = {(i["group"], i["consumer"]) for i in document["items"] if i["result"] == "unknown"}
            if removed - said - doubtful:
                self.wrong("removes and does not say so", str(removed - said - doubtful))
        elif removed and result.status != 74:
            self.wrong("removes, and reports nothing", str(result))
        if self.quiet and any(names - {text(e[0]) for e in self.end.groups[STREAM][place[1]][1].values()}
                              for place, names in self.end.consumers.items() if document and place[1] in {i["group"] for i in document["items"]}):
            self.wrong("leaves names that hold nothing", str(self.end.consumers))

    def judge_seek(self, result, document):
        item = document["items"][0] if document else None
        for before, after in self.effects:
            self.judge_others(before, after, [self.group])
            old, new = before.groups[STREAM].get(self.group), after.groups[STREAM].get(self.group)
            if old is None or new is None or old[0] == new[0]:
                continue
            if {i: e[:2] for i, e in old[1].items()} != {i: e[:2] for i, e in new[1].items()}:
                self.wrong("changes what is pending", self.group)
            if item and (old[0] != id_of(item["from"]) or new[0] != id_of(item["position"])):
                self.wrong("moves from where it was not seen, or elsewhere", f"{old[0]} to {new[0]}: {item}")
            if item and item["result"] not in ("moved", "unknown"):
                self.wrong("moves, and does not say so", str(item))
            if not item and result.status != 74:
                self.wrong("moves, and reports nothing", str(result))
        if item and item["result"] == "moved" and not self.effects:
            self.wrong("says moved, and it is not", str(item))
        if item and self.quiet:
            there, (position, _) = sorted(self.start.entries[STREAM]), self.start.groups[STREAM][self.group]
            target = id_of(item["position"])
            right = [sum(1 for i in there if low < i <= high) for low, high in [(target, position), (position, target), (target, (1 << 64, 0))]]
            given = [item["again"], item["skipped"], item["waiting"]]
            if given != right:
                self.wrong("counts are wrong", f"{item}, true: {right}")
            following = [i for i in there if i > target]
            if (id_of(item["next"]) if item["next"] else None) != (following[0] if following else None):
                self.wrong("the next entry is wrong", str(item))

    def judge_group(self, result, document):
        item = document["items"][0] if document else None
        for before, after in self.effects:
            self.judge_others(before, after, [self.group])
            old = before.groups[STREAM].get(self.group)
            if old is None or self.group in after.groups[STREAM]:
                continue
            if item and len(old[1]) > item["pending"]:
                self.wrong("forgets more than was told", f"{sorted(old[1])}: {item}")
            if hasattr(self, "asked") and self.start.groups[STREAM][self.group][0] != old[0]:
                self.wrong("destroys a group that was moved while the question waited", str(item))
            if item and item["result"] not in ("removed", "unknown"):
                self.wrong("destroys, and does not say so", str(item))
            if not item and result.status != 74:
                self.wrong("destroys, and reports nothing", str(result))
        if item and self.quiet and (item["result"] != "removed" or self.group in self.end.groups[STREAM]):
            self.wrong("does not destroy", str(item))

    def judge_purge(self, result, document):
        removed = 0
        for before, after in self.effects:
            for stream in self.streams:
                gone = set(before.entries[stream]) - set(after.entries[stream])
                removed += len(gone)
                for identifier in gone:
                    if before.entries[stream][identifier] != self.exported[stream].get(identifier):
                        self.wrong("removes what is not in the export", f"{stream} {name_of(identifier)}: {before.entries[stream][identifier]}")
        if document:
            summary = document["summary"]
            # What is gone after a lost reply may have been removed by us or by others.
            unclear = summary.get("gone_unclear") or 0
            if summary["removed"] is not None and not summary["removed"] <= removed <= summary["removed"] + unclear:
                self.wrong("removed is wrong", f"{summary}, true: {removed}")
            if result.status == 0 and summary["complete"] and self.end_holds_exported():
                self.wrong("complete, and some are left", str(summary))
            if self.quiet and (summary["there"], summary["gone"], summary["removed"]) != (removed, 0, removed):
                self.wrong("counts are wrong", f"{summary}, true: {removed}")
        elif removed and result.status != 74:
            self.wrong("removes, and reports nothing", str(result))
        if self.quiet and (result.status != 0 or any(self.end.entries[s] for s in self.streams)):
            self.wrong("does not remove all", str(result))

    def end_holds_exported(self):
        return any(self.end.entries[s].get(i) == fields for s in self.streams for i, fields in self.exported[s].items())

    def judge_redrive(self, result, document):
        moved, basis = 0, self.start
        for before, after in self.effects:
            gone = set(before.entries[DEAD]) - set(after.entries[DEAD])
            new = set(after.entries[LIVE]) - set(before.entries[LIVE])
            moved += len(gone)
            back = sorted(pairs(after.entries[LIVE][i])["data"] for i in new)
            dead = sorted(pairs(before.entries[DEAD][i])["src_data"] for i in gone)
            if back != dead:
                self.wrong("what comes back is not what died", f"{back} from {dead}")
            for identifier in gone:
                if getattr(self, "asked", None) and before.entries[DEAD][identifier] != basis.entries[DEAD].get(identifier):
                    self.wrong("moves what was not planned", name_of(identifier))
        if document:
            summary = document["summary"]
            if summary["moved"] is not None and summary["moved"] != moved and not summary["unknown"]:
                self.wrong("moved is wrong", f"{summary}, true: {moved}")
            if self.quiet and (summary["planned"], summary["moved"], summary["left"]) != (len(self.start.entries[DEAD]), moved, 0):
                self.wrong("counts are wrong", f"{summary}, true: {moved} of {len(self.start.entries[DEAD])}")
            if summary["left"] is not None and result.status == 0 and self.quiet and summary["left"] != len(self.end.entries[DEAD]):
                self.wrong("left is wrong", f"{summary}, true: {len(self.end.entries[DEAD])}")
        elif moved and result.status != 74:
            self.wrong("moves, and reports nothing", str(result))


def play(round_):
    scenarios = ["trim", "trim", "trim", "bound", "force", "ack", "ack", "trimmed", "claim", "claim", "purge", "purge", "redrive",
                 "names", "names", "names", "seek", "seek", "group"]
    scenario = round_.options.only or round_.random.choice(scenarios)
    game = Game(round_, scenario)
    game.play()
    return game.violations


if __name__ == "__main__":
    soak(__doc__, play, lambda server, tool, options: Proxy(server.path))
