#!/usr/bin/env python3
"""Compares what the looking commands say of consumer groups with the truth, after random histories.

    Tests/Soak/groups.py [CARACALCTL [SERVER...]] [--seed N] [--rounds N | --seconds N] [--only old|new]

A history is made of everything that a client can do to a stream and its groups, part of it perhaps on Redis 6.2, from where
the stream comes by RESTORE or in a snapshot. The truth is what a scan of everything shows, and which entries were removed
before a group was given them. A figure that is called exact must be exact, a bound must be one, and unknown must be null.
"""
import itertools
import os
import shutil

from support import Client, Refusal, Server, entries, groups, id_of, name_of, pairs, programs, soak, text

TABLE = {
    "caracal.sessions.revoke": (["sts-revocation", "resource-revocation"], 10_000),
    "caracal.audit.events": (["audit-ingestor", "siem-export"], 1_000_000),
    "caracal.keys.invalidate": (["sts-keys"], 10_000),
}
LEFT_TO_OTHERS = {"siem-export"}
MARKS = {"lag": (2, 5), "pending": (2, 5), "oldest": (100_000, 200_000)}


def is_id(word):
    return isinstance(word, str) and word[0].isdigit()


class History:
    """What happens to one stream, and what its groups lose by it."""

    def __init__(self, game, stream, server):
        self.game, self.random, self.stream, self.server = game, game.random, stream, server
        self.names, self.log = TABLE[stream][0] + ["extra"], []
        self.forget()

    def forget(self):
        """The stream is gone, and all that was known of it."""
        self.added, self.delivered, self.lost = set(), {}, {}
        # What was removed while a group had yet to be given it, and which groups were told how many entries they have read.
        self.missed, self.counted = {}, set()
        self.was_old = self.server.version < (7, 0)

    def do(self, *parts):
        """Does it, and notes what was added and delivered, and what was removed before a group was given it."""
        before, positions = self.ids, self.positions
        try:
            reply = self.server.client(*parts)
        except Refusal as refusal:
            reply = refusal
        self.game.say(" ".join(text(p) if isinstance(p, bytes) else str(p) for p in parts)[:200] + f"  ->  {str(reply)[:150]}")
        self.note(parts, reply)
        self.look()
        self.added |= self.ids
        if parts[0] == "DEL":
            self.forget()
            return reply
        for name, position in positions.items():
            gone = {i for i in before - self.ids if i > position and i not in self.delivered.get(name, ())}
            self.lost.setdefault(name, set()).update(gone)
            self.missed.setdefault(name, set()).update(i for i in before - self.ids if i > position)
        if parts[:2] == ("XGROUP", "SETID") and parts[3] in self.positions:
            # What somebody has told the group to leave out is not lost to it.
            self.lost[parts[3]] = {i for i in self.lost.get(parts[3], ()) if i > self.positions[parts[3]]}
        return reply

    def note(self, parts, reply):
        """Keeps the command, with the id that it got, and what it means for the groups."""
        if parts[0] == "XADD" and isinstance(reply, bytes):
            parts = ("XADD", self.stream, text(reply), *parts[3:])
        self.log.append(parts)
        if parts[0] == "XREADGROUP" and parts[-1] == ">" and isinstance(reply, list):
            self.delivered.setdefault(parts[2], set()).update(id_of(e[0]) for e in reply[0][1])
        elif parts[0] == "XCLAIM" and "FORCE" in parts and isinstance(reply, list):
            self.delivered.setdefault(parts[2], set()).update(id_of(i) for i in itertools.takewhile(is_id, parts[5:]))
        elif parts[:2] == ("XGROUP", "DESTROY"):
            self.delivered.pop(parts[3], None)
            self.lost.pop(parts[3], None)
            self.missed.pop(parts[3], None)
        if parts[0] == "XGROUP" and parts[1] in ("CREATE", "SETID") and not isinstance(reply, Refusal):
            (self.counted.add if "ENTRIESREAD" in parts else self.counted.discard)(parts[3])

    def look(self):
        client = self.server.client
        self.ids = set(entries(client, self.stream))
        try:
            found = [pairs(group) for group in client("XINFO", "GROUPS", self.stream)]
        except Refusal:
            found = []
        self.positions = {text(group["name"]): id_of(group["last-delivered-id"]) for group in found}

    def some_id(self):
        """An id: of an entry, of one that was, or between them."""
        known = sorted(self.added)
        if not known or self.random.random() < 0.1:
            return self.random.choice(["0", f"{self.random.randint(1, 40)}-{self.random.randint(0, 3)}"])
        milliseconds, sequence = self.random.choice(known)
        return name_of((milliseconds, max(0, sequence + self.random.choice([0, 0, 0, 1, -1]))))

    def some_pending(self, name, count):
        try:
            pending = self.server.client("XPENDING", self.stream, name, "-", "+", 1000)
        except Refusal:
            return []
        ids = [text(entry[0]) for entry in pending]
        return self.random.sample(ids, min(count, len(ids)))

    def read(self, name, consumer, *options):
        self.do("XREADGROUP", "GROUP", name, consumer, *options, "STREAMS", self.stream, ">")

    def add(self, count):
        for _ in range(count):
            if self.random.random() < 0.6 and (not self.added or max(self.added) < (1000, 0)):
                last = max(self.added, default=(0, 0))
                step = self.random.choice([(last[0], last[1] + 1), (last[0] + 1, 0), (last[0] + self.random.randint(1, 5), 1)])
                self.do("XADD", self.stream, name_of(step), "n", "v")
            else:
                self.do("XADD", self.stream, "*", "n", "v")

    def step(self):
        random, stream = self.random, self.stream
        name, consumer = random.choice(self.names), random.choice(["c1", "c2", "c3"])
        kind = random.choices(
            ["add", "burst", "del", "maxlen", "minid", "acked", "create", "setid", "read", "history", "ack", "claim", "force",
             "autoclaim", "delconsumer", "destroy", "anew", "xsetid"],
            [20, 1, 8, 5, 4, 3, 4, 5, 18, 2, 10, 5, 3, 3, 1, 1, 0.6, 0.5])[0]
        if kind == "add":
            self.add(random.randint(1, 6))
        elif kind == "burst":
            for _ in range(2):
                many = [("XADD", stream, "*", "n", "v")] * random.choice([60, 130])
                replies = self.server.client.pipeline(many)
                for command, reply in zip(many, replies):
                    self.note(command, reply)
                self.game.say(f"{len(many)} times XADD {stream} * n v  ->  {replies[0]} to {replies[-1]}")
                self.look()
                self.added |= self.ids
            self.read(name, consumer, "COUNT", random.choice([50, 120, 200]))
        elif kind == "del":
            held = self.some_pending(name, 2) if random.random() < 0.4 else []
            self.do("XDEL", stream, *{self.some_id() for _ in range(random.choice([1, 1, 2, 5]))}, *held)
        elif kind == "maxlen":
            self.do("XTRIM", stream, "MAXLEN", random.choice(["=", "=", "~"]), random.randint(0, max(1, len(self.ids))))
        elif kind == "minid":
            self.do("XTRIM", stream, "MINID", random.choice(["=", "~"]), self.some_id())
        elif kind == "acked":
            if self.server.version >= (8, 2) and not self.server.valkey:
                self.do("XTRIM", stream, "MAXLEN", "=", random.randint(0, max(1, len(self.ids))), "ACKED")
        elif kind == "create":
            self.create(name)
        elif kind == "setid":
            more = ["ENTRIESREAD", random.randint(0, len(self.added) + 3)] if self.newer() and random.random() < 0.2 else []
            self.do("XGROUP", "SETID", stream, name, random.choice(["0", "$", self.some_id(), self.some_id()]), *more)
        elif kind == "read":
            options = ["COUNT", random.choice([1, 1, 2, 3, 5, 20])] + (["NOACK"] if random.random() < 0.1 else [])
            self.read(name, consumer, *options)
        elif kind == "history":
            self.do("XREADGROUP", "GROUP", name, consumer, "COUNT", 3, "STREAMS", stream, "0")
        elif kind == "ack":
            ids = self.some_pending(name, random.randint(1, 5))
            if ids:
                self.do("XACK", stream, name, *ids)
        elif kind in ("claim", "force"):
            ids = self.some_pending(name, random.randint(1, 3)) if kind == "claim" else [self.some_id(), self.some_id()]
            if ids:
                options = random.choice([[], ["JUSTID"], ["IDLE", 50_000], ["IDLE", 150_000], ["IDLE", 400_000], ["RETRYCOUNT", 7]])
                self.do("XCLAIM", stream, name, consumer, 0, *ids, *options, *(["FORCE"] if kind == "force" else []))
        elif kind == "autoclaim":
            self.do("XAUTOCLAIM", stream, name, consumer, 0, "0", "COUNT", random.randint(1, 10))
        elif kind == "delconsumer":
            self.do("XGROUP", "DELCONSUMER", stream, name, consumer)
        elif kind == "destroy":
            self.do("XGROUP", "DESTROY", stream, name)
            if random.random() < 0.8:
                self.create(name)
        elif kind == "anew":
            self.do("DEL", stream)
            self.add(random.randint(1, 6))
            for name in self.names:
                if random.random() < 0.8:
                    self.create(name)
        elif kind == "xsetid" and self.ids:
            last = pairs(self.server.client("XINFO", "STREAM", stream))["last-generated-id"]
            milliseconds, sequence = id_of(last)
            self.do("XSETID", stream, name_of((milliseconds, sequence + random.randint(0, 3))))

    def newer(self):
        return self.server.version >= (7, 0)

    def create(self, name):
        more = []
        if self.newer() and self.random.random() < 0.2:
            more = ["ENTRIESREAD", self.random.randint(0, len(self.added) + 3)]
        self.do("XGROUP", "CREATE", self.stream, name, self.random.choice(["0", "0", "$", self.some_id()]), "MKSTREAM", *more)

    def moved_to(self, server):
        """The same stream, on another server."""
        self.server = server
        self.look()


class Truth:
    """What is so of a stream, by a scan of all of it."""

    def __init__(self, history):
        client = history.server.client
        self.history = history
        self.ids = sorted(entries(client, history.stream))
        self.groups = {text(name): group for name, group in groups(client, history.stream).items()}
        self.consumers = {}
        for name in self.groups:
            found = [pairs(c) for c in client("XINFO", "CONSUMERS", history.stream, name)]
            self.consumers[name] = {text(c["name"]): c["pending"] for c in found}
        self.exists = client("EXISTS", history.stream) == 1

    def lag(self, name):
        return sum(1 for i in self.ids if i > self.groups[name][0])

    def losses(self, name):
        """How many were certainly lost beyond the group's position, how many anywhere, and how many can be called lost."""
        position, pending = self.groups[name]
        there = set(self.ids)
        lost = {i for i in self.history.lost.get(name, ()) if i not in there and i not in pending}
        ahead = {i for i in lost if i > position}
        delivered = self.history.delivered.get(name, set())
        most = {i for i in self.history.added if i not in there and (i > position or i not in delivered)} | lost
        return len(ahead), len(lost), len(most)

    def missed(self, name):
        """How many the group is known to have missed: none that it may have read before it was put where it stands, or that was gone
        before the group was made. A count of entries read that was set by hand is believed."""
        if name in self.history.counted:
            return self.losses(name)[2]
        there, position = set(self.ids), self.groups[name][0]
        return sum(1 for i in self.history.missed.get(name, ()) if i > position and i not in there)

    def same(self):
        """What looking must leave as it is."""
        return self.ids, {n: (p, {i: e[:2] for i, e in pel.items()}) for n, (p, pel) in self.groups.items()}, self.consumers

    def shows_loss(self, name):
        """Whether there is a loss that shows. Redis 6.2 does not note what XDEL removes, and a stream that came from there has nothing of
        its past in its counters."""
        if not self.losses(name)[0] or not self.history.was_old:
            return self.losses(name)[0] > 0
        is_overtaken = not self.ids or self.groups[name][0] < self.ids[0]
        return self.history.server.version < (7, 0) and is_overtaken


class Judge:
    """Collects what is wrong."""

    def __init__(self):
        self.violations = []

    def wrong(self, kind, what):
        self.violations.append((kind, what))

    def figure(self, kind, where, value, quality, least, most):
        """A figure with its quality against the range the truth is in."""
        what = f"{where}: {value} {quality}, true: {least}" + (f" to {most}" if most != least else "")
        if quality is None or quality == "unknown":
            if value is not None:
                self.wrong(f"{kind}: a value of unknown quality", what)
        elif value is None:
            self.wrong(f"{kind}: no value, and a quality", what)
        # What the server's counters say is theirs to answer for: ENTRIESREAD is set by hand here.
        elif (quality == "exact" and not least <= value <= most) or (quality == "at_least" and value > most) \
                or (quality == "at_most" and value < least) or quality not in ("exact", "at_least", "at_most", "reported"):
            self.wrong(f"{kind}: {quality} is wrong", what)


def judge_group(judge, command, item, before, after, name, bound):
    where = f"{command} {item['stream']} {name}"
    position, pending = before.groups[name]
    if not item["exists"]:
        judge.wrong("exists", f"{where} is said to be missing")
        return
    if item["pending"] != len(pending):
        judge.wrong("pending", f"{where}: {item['pending']}, true: {len(pending)}")
    lag = before.lag(name)
    judge.figure("lag", where, item["lag"], item["lag_quality"], lag, lag)
    if bound is not None:
        judge.figure("trim_horizon", where, item["trim_horizon"], item["trim_horizon_quality"], max(0, bound - lag), max(0, bound - lag))
    ahead, _, most = before.losses(name)
    judge.figure("lost", where, item["lost"], item["lost_quality"], ahead, most)
    if item["lost_quality"] == "at_least" and item["lost"] > before.missed(name):
        judge.wrong("lost: it may have been read before", f"{where}: {item['lost']}, known: {before.missed(name)}")
    if pending:
        low = max(e[2] for e in pending.values())
        high = max((e[2] for e in after.groups[name][1].values()), default=low)
        judge.figure("oldest idle", where, item["oldest_idle_ms"], item["oldest_idle_quality"], low, high)
        tries = max(e[1] for e in pending.values())
        judge.figure("most deliveries", where, item["most_deliveries"], item["most_deliveries_quality"], tries, tries)
    elif item["oldest_idle_ms"] is not None or item["most_deliveries"] is not None:
        judge.wrong("figures of nothing", f"{where}: nothing is pending")
    if item["last_delivered_id"] != name_of(position):
        judge.wrong("last_delivered_id", f"{where}: {item['last_delivered_id']}, true: {name_of(position)}")
    consumers = item["consumers"]
    if consumers is None or consumers["total"] != len(before.consumers[name]) \
            or sum(consumers[s] for s in ("active", "stuck", "gone", "unknown")) != consumers["total"]:
        judge.wrong("consumers", f"{where}: {consumers}, true: {len(before.consumers[name])}")


def judge_entries(judge, where, document, before, name, wanted, complete=True):
    """A list of pending entries against those that qualify."""
    pending, there = before.groups[name][1], set(before.ids)
    items = document["items"]
    shown = [id_of(item["id"]) for item in items]
    if document["summary"]["complete"] is True and set(shown) != wanted:
        judge.wrong("complete: true, and it is not", f"{where}: {len(shown)} shown, {len(wanted)} qualify")
    if complete and document["summary"]["complete"] is not True:
        judge.wrong("complete: false with all shown", f"{where}: {len(shown)} shown, {len(wanted)} qualify")
    if len(set(shown)) != len(shown) or not set(shown) <= wanted or document["summary"]["shown"] != len(shown):
        judge.wrong("an entry that does not qualify", f"{where}: {[name_of(i) for i in set(shown) - wanted][:5]}")
    for item, identifier in zip(items, shown):
        if identifier not in pending:
            continue
        consumer, deliveries, _ = pending[identifier]
        exists = identifier in there
        if text(consumer) != item["consumer"] or deliveries != item["deliveries"]:
            judge.wrong("an entry's consumer or deliveries", f"{where}: {item}, true: {consumer} {deliveries}")
        if item["exists"] not in (exists, None) or (item["exists"] is None) != (item["entry"] == "unknown"):
            judge.wrong("exists of an entry", f"{where}: {item}, true: {exists}")
        first = min(there, default=None)
        right = {"present"} if exists else {"trimmed", "deleted"} if first is None else \
            {"trimmed"} if identifier < first else {"deleted"}
        if item["entry"] not in right | {"unknown"}:
            judge.wrong("where an entry is", f"{where}: {item['id']} {item['entry']}, true: {' or '.join(right)}")


def judge_check(judge, document, status, before, after):
    """The states of check against the truth; ok must be true, and an alarm as well."""
    crossed = False
    for item in document["items"]:
        truth = before.get(item["stream"])
        if truth is None or item["group"] not in truth.groups or item["check"] not in MARKS:
            continue
        name, (warning, critical) = item["group"], MARKS[item["check"]]
        pending, later = truth.groups[name][1], after[item["stream"]].groups[name][1]
        if item["check"] == "lag":
            low = high = truth.lag(name)
        elif item["check"] == "pending":
            low = high = len(pending)
        else:
            low, high = max((e[2] for e in pending.values()), default=0), max((e[2] for e in later.values()), default=0)
        where = f"check {item['stream']} {name} {item['check']}"
        judge.figure(f"check {item['check']}", where, item["value"], item["quality"], low, high)
        crossed = crossed or low > warning
        if (item["state"] == "ok" and low > warning) or (item["state"] == "warning" and high <= warning) \
                or (item["state"] == "critical" and high <= critical):
            judge.wrong(f"check {item['check']}: a wrong state", f"{where}: {item['state']}, true: {low} of {MARKS[item['check']]}")
    for stream, truth in before.items():
        for name in TABLE[stream][0]:
            if name not in truth.groups:
                if status != 2 and name not in LEFT_TO_OTHERS:
                    judge.wrong("check: a missing group is not critical", f"{stream} {name}: status {status}")
            elif name not in LEFT_TO_OTHERS and truth.shows_loss(name):
                crossed = True
    if status == 0 and crossed:
        judge.wrong("check: OK of a bus that is not", f"{document['summary']}")


def judge_doctor(judge, document, before, after):
    """No ok, and nothing unsaid, about what is not; and no alarm about what is."""
    said = {}
    for item in document["items"]:
        if item["status"] in ("failure", "warning", "unknown", "note"):
            said.setdefault((item["check"], item["stream"]), []).append(item)
    for stream, truth in before.items():
        known = [name for name in TABLE[stream][0] if name in truth.groups and name not in LEFT_TO_OTHERS]
        any_lag = any(truth.lag(name) for name in truth.groups)
        any_loss = any(truth.losses(name)[2] for name in truth.groups)
        idle = [e[2] for name in truth.groups for e in truth.groups[name][1].values()]
        later = [e[2] for name in truth.groups for e in after[stream].groups[name][1].values()]

        def expect(check, condition, why):
            if condition and not said.get((check, stream)) and not said.get((check, None)):
                judge.wrong(f"doctor {check}: nothing is said", f"{stream}: {why}")

        def forbid(check, condition, why):
            for item in said.get((check, stream), []):
                if condition and item["status"] in ("failure", "warning"):
                    judge.wrong(f"doctor {check}: a false alarm", f"{stream}: {why}, and: {item['finding']}")

        expect("streams", not truth.exists, "it does not exist")
        expect("groups", truth.exists and any(n not in truth.groups for n in TABLE[stream][0]), "a group is missing")
        expect("lag", any(truth.lag(n) and not truth.consumers[n] for n in known), "entries wait for a group that nobody reads")
        forbid("lag", not any_lag, "nothing waits")
        expect("loss", any(truth.shows_loss(n) for n in known), "entries went before they were delivered")
        forbid("loss", not any_loss, "nothing was lost")
        expect("stuck-consumers", any(e[2] > 30_000 for n in known for e in truth.groups[n][1].values()), "an entry is held too long")
        forbid("stuck-consumers", max(later, default=0) < 30_000, "no entry is held that long")
        if stream == "caracal.audit.events" and "audit-ingestor" in truth.groups:
            tries = [e[1] for e in truth.groups["audit-ingestor"][1].values()]
            # What was trimmed away can be given to nobody, and dies no more.
            first = min(truth.ids, default=None)
            there = [e[1] for i, e in truth.groups["audit-ingestor"][1].items() if first is not None and i >= first]
            expect("deliveries", any(t >= 7 for t in there), "an entry is about to die")
            forbid("deliveries", max(tries, default=0) < 7, "no entry is about to die")


def judge_metrics(judge, output, before, after):
    """Samples of check -o prometheus against the truth."""
    for line in output.splitlines():
        if not line.startswith("caracal_group_") or "{" not in line:
            continue
        metric, rest = line.split("{", 1)
        labels, value = rest.rsplit("} ", 1)
        labels = dict(part.split("=", 1) for part in labels.split(","))
        labels = {key: value.strip('"') for key, value in labels.items()}
        truth = before.get(labels["stream"])
        if truth is None or labels["group"] not in truth.groups or "quality" not in labels:
            continue
        name, value = labels["group"], float(value)
        pending, later = truth.groups[name][1], after[labels["stream"]].groups[name][1]
        where = "check -o prometheus " + line
        if metric == "caracal_group_lag_entries":
            judge.figure("metric lag", where, value, labels["quality"], truth.lag(name), truth.lag(name))
        elif metric == "caracal_group_pending_entries":
            judge.figure("metric pending", where, value, labels["quality"], len(pending), len(pending))
        elif metric == "caracal_group_lost_entries":
            ahead, _, most = truth.losses(name)
            judge.figure("metric lost", where, value, labels["quality"], ahead, most)
        elif metric == "caracal_group_oldest_idle_seconds" and pending:
            judge.figure("metric oldest idle", where, value, labels["quality"], max(e[2] for e in pending.values()) / 1000,
                         max(e[2] for e in later.values()) / 1000)


def clear(game, node):
    """Both servers empty, and a provisioned bus on the one that is looked at."""
    for server in filter(None, (game.server, game.state.old)):
        server.client("FLUSHALL")
        server.client("CONFIG", "SET", "stream-node-max-entries", node)
    game.say(f"CONFIG SET stream-node-max-entries {node}")
    game.tool.run(game.server.path, "provision", "-q")


def play(game):
    server, tool, state = game.server, game.tool, game.state
    node = game.random.choice([1, 2, 5, 100])
    clear(game, node)
    histories = []
    for stream in game.random.sample(sorted(TABLE), game.random.choice([1, 1, 2])):
        server.client("DEL", stream)
        chance = {"old": 1, "new": 0}.get(game.options.only, 0.25)
        old = state.old if state.old is not None and game.random.random() < chance else None
        history = History(game, stream, old or server)
        if old:
            game.say("on Redis 6.2:")
        history.look()
        for name in history.names:
            if game.random.random() < 0.85:
                history.create(name)
        steps = game.random.choice([3, 8, 15, 30, 60])
        leave = game.random.choice([game.random.randint(0, steps), max(0, steps - 2), steps]) if old else None
        for number in range(steps):
            if number == leave:
                bring(game, history, old, server)
            history.step()
        if leave == steps:
            bring(game, history, old, server)
        histories.append(history)
    judge = Judge()
    look(game, judge, server, tool, histories)
    if game.options.shrink and judge.violations:
        shrink(game, node, histories, judge.violations[0][0])
    return judge.violations


def replay(game, node, stream, log):
    """What is wrong after these commands alone."""
    clear(game, node)
    game.server.client("DEL", stream)
    brought = any(parts[0] == "BRING" for parts in log)
    history = History(game, stream, game.state.old if brought else game.server)
    history.look()
    for parts in log:
        if parts[0] == "BRING":
            bring(game, history, game.state.old, game.server, parts[1])
        else:
            history.do(*parts)
    judge = Judge()
    look(game, judge, game.server, game.tool, [history])
    return [(kind, what) for kind, what in judge.violations]


def shrink(game, node, histories, kind):
    """Leaves out of the history what the violation does not need, and shows what is left."""
    shown, game.history = game.history, []
    for history in histories:
        log = history.log
        wrong = lambda log: [what for k, what in replay(game, node, history.stream, log) if k == kind]
        if not wrong(log):
            continue
        size = max(1, len(log) // 2)
        while True:
            position = 0
            while position < len(log):
                less = log[:position] + log[position + size:]
                if wrong(less):
                    log = less
                else:
                    position += size
            if size == 1:
                break
            size = max(1, size // 2)
        game.history = []
        what = wrong(log)
        shown += ["", f"the shortest history with: {kind}: {what[:2]}", *game.history]
        break
    game.history = shown


def bring(game, history, old, server, restore=None):
    """A stream from the old server to the new one, by RESTORE or in a snapshot."""
    stream = history.stream
    restore = game.random.random() < 0.9 if restore is None else restore
    history.log.append(("BRING", restore))
    if not old.client("EXISTS", stream):
        history.moved_to(server)
        return
    if restore:
        game.say("DUMP there, RESTORE here")
        server.client("RESTORE", stream, 0, old.client("DUMP", stream))
    else:
        game.say("SAVE there, and that snapshot loaded here")
        others = {key: server.client("DUMP", key) for key in server.client("KEYS", "*")}
        old.client("SAVE")
        node = pairs(server.client("CONFIG", "GET", "stream-node-max-entries"))["stream-node-max-entries"]
        server.halt()
        shutil.copy(os.path.join(old.folder, "dump.rdb"), os.path.join(server.folder, "dump.rdb"))
        server.start()
        os.unlink(os.path.join(server.folder, "dump.rdb"))
        server.client("CONFIG", "SET", "stream-node-max-entries", node)
        for key, value in others.items():
            if key != stream.encode():
                server.client("RESTORE", key, 0, value, "REPLACE")
    history.moved_to(server)


def look(game, judge, server, tool, histories):
    """Runs the looking commands, and judges what they say."""
    before = {history.stream: Truth(history) for history in histories}
    streams = list(before)
    runs = {
        "pending": tool.run(server.path, "pending", *([] if len(streams) > 1 else streams), "-o", "json"),
        "xlen": tool.run(server.path, "xlen", *streams, "-o", "json"),
        "check": tool.run(server.path, "check", "--lag", "2,5", "--pending", "2,5", "--oldest", "100s,200s", "--memory", "off",
                          "-o", "json"),
        "metrics": tool.run(server.path, "check", "-o", "prometheus"),
        "doctor": tool.run(server.path, "doctor", "-o", "json"),
    }
    lists = {}
    for stream, truth in before.items():
        for name in truth.groups:
            run = lambda *options: tool.run(server.path, "pending", stream, name, "-o", "json", *options)
            lists[stream, name, "all"] = run("--all")
            lists[stream, name, "lost"] = run("--lost", "--all")
            choice = game.random.choice(["count", "idle", "deliveries", "consumer"])
            arguments = {"count": ["--count", "3"], "idle": ["--min-idle", "100s", "--all"],
                         "deliveries": ["--min-deliveries", "2", "--all"], "consumer": ["--consumer", "c1", "--all"]}
            lists[stream, name, choice] = run(*arguments[choice])
    after = {history.stream: Truth(history) for history in histories}
    for stream in before:
        if before[stream].same() != after[stream].same():
            judge.wrong("looking has changed something", stream)
    documents = {command: result.document() for command, result in runs.items() if command != "metrics"}
    for command, document in documents.items():
        if document is None or runs[command].status not in (0, 1, 2, 3):
            judge.wrong(f"{command} fails", str(runs[command]))
            return
    for item in documents["pending"]["items"]:
        truth = before.get(item["stream"])
        if truth is None:
            continue
        for figure in ("lag", "lost", "oldest_idle", "most_deliveries"):
            game.count(f"{figure} {item[figure + '_quality']}") if item["exists"] else None
        if item["group"] in truth.groups:
            judge_group(judge, "pending", item, truth, after[item["stream"]], item["group"], TABLE[item["stream"]][1])
        elif item["exists"]:
            judge.wrong("exists", f"pending {item['stream']} {item['group']} is said to exist")
    for stream, truth in before.items():
        shown = {item["group"] for item in documents["pending"]["items"] if item["stream"] == stream}
        if not set(truth.groups) <= shown:
            judge.wrong("a group is not shown", f"pending {stream}: {set(truth.groups) - shown}")
    for item in documents["xlen"]["items"]:
        truth = before[item["stream"]]
        right = (truth.exists, len(truth.ids) if truth.exists else None, name_of(truth.ids[0]) if truth.ids else None,
                 name_of(truth.ids[-1]) if truth.ids else None, len(truth.groups) if truth.exists else None)
        given = tuple(item[key] for key in ("exists", "length", "first_id", "last_id", "groups"))
        if right != given:
            judge.wrong("xlen", f"{item['stream']}: {given}, true: {right}")
    judge_check(judge, documents["check"], runs["check"].status, before, after)
    judge_metrics(judge, runs["metrics"].output, before, after)
    judge_doctor(judge, documents["doctor"], before, after)
    for (stream, name, kind), result in lists.items():
        document, truth = result.document(), before[stream]
        where = f"pending {stream} {name} --{kind}"
        if document is None:
            if not (kind == "consumer" and "c1" not in truth.consumers[name]):
                judge.wrong("pending of a group fails", str(result))
            continue
        if kind == "all":
            judge_group(judge, where, document["summary"]["group"], truth, after[stream], name, TABLE[stream][1])
            found = {c["consumer"]: c["pending"] for c in document["summary"]["consumers"] or []}
            if found != truth.consumers[name]:
                judge.wrong("consumers of a group", f"{where}: {found}, true: {truth.consumers[name]}")
        pending, there = truth.groups[name][1], set(truth.ids)
        wanted = {
            "all": lambda i, e: True, "count": lambda i, e: True, "lost": lambda i, e: i not in there,
            "idle": lambda i, e: e[2] >= 100_000, "deliveries": lambda i, e: e[1] >= 2, "consumer": lambda i, e: e[0] == b"c1",
        }[kind]
        judge_entries(judge, where, document, truth, name, {i for i, e in pending.items() if wanted(i, e)}, kind != "count")


class State:
    """The old server that streams come from, beside a newer one."""

    def __init__(self, server):
        old = [path for path in programs() if "redis-6.2" in path]
        self.old = Server(old[0]) if old and server.version >= (7, 0) else None

    def stop(self):
        if self.old:
            self.old.stop()


if __name__ == "__main__":
    soak(__doc__, play, lambda server, tool, options: State(server))
