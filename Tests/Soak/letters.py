#!/usr/bin/env python3
"""Compares what dlq redrive and dlq purge plan, say and do with the truth, while others act, a second one among them.

    Tests/Soak/letters.py [CARACALCTL [SERVER...]] [--seed N] [--rounds N | --seconds N] [--only SCENARIO]

Scenarios: redrive and purge; others act at random requests, or just before those that change something. The dead letters
are of all shapes, some doubled, some back already; ids are small, of now, of the far future, or near 2^64. Every message is
one that the model made: it must be found once, as a dead letter or back, and each sum must say what was done.
"""
import base64
import hashlib
import hmac
import json
import os
import shlex

from support import AUDIT_KEY, STREAMS_KEY, Proxy, entries, id_of, name_of, pairs, soak, text

AUDIT, LIVE = b"caracal.audit.events.dlq", b"caracal.audit.events"
REVOKE, POLICY = b"caracal.sessions.revoke", b"caracal.policy.invalidate"
SOURCE = {AUDIT: LIVE, REVOKE + b".dead": REVOKE, POLICY + b".dead": POLICY}
TOP = (1 << 64) - 1
YES = {b"pg_permanent_error", b"transient_exceeded_max_deliveries"}
FAILS = {b"missing_data_field", b"json_parse_error", b"missing_revocation_anchor", b"invalid_delegation_epoch"}
CRIME = {b"hmac_verify_failed", b"tamper_on_replay", b"invalid_signature"}
READING = {b"HELLO", b"AUTH", b"PING", b"XINFO", b"XRANGE", b"XREVRANGE", b"XPENDING", b"XLEN", b"CLIENT", b"INFO", b"TYPE", b"TIME",
           b"EXISTS", b"ACL", b"COMMAND", b"ROLE", b"SELECT", b"CONFIG", b"EVAL_RO", b"CLUSTER", b"WATCH", b"UNWATCH", b"MULTI", b"SCAN"}


def raw(value):
    """The bytes of a value in a document."""
    return base64.b64decode(value["base64"]) if isinstance(value, dict) and "base64" in value else None if value is None else value.encode()


def digest(key, data):
    return hmac.new(bytes.fromhex(key), data, hashlib.sha256).hexdigest().encode()


def sign(stream, fields):
    body = b"".join(n + b"=" + v + b"\n" for n, v in sorted(dict(fields).items()) if n != b"_sig")
    return digest(STREAMS_KEY, stream + b"\n" + body)


def canonical(fields):
    return tuple(zip(fields[::2], fields[1::2]))


class Letter:
    """A dead letter, and what is true of it."""

    def __init__(self, stream, fields, shape, reason, source, message, signature):
        self.stream, self.fields, self.shape, self.reason = stream, fields, shape, reason
        self.source, self.message, self.signature = source, message, signature

    def codes(self):
        """Why it must stay, by any order of looking; empty where it goes back."""
        codes = set()
        if self.signature == "malformed":
            return {"malformed"}
        if self.signature == "invalid":
            codes.add("invalid_signature")
        if self.signature == "unsigned":
            codes.add("unsigned")
        head = (self.reason or b"").split(b":")[0]
        if head in FAILS:
            codes.add("would_fail_again")
        elif head in CRIME:
            codes.add("security_incident")
        elif head not in YES:
            codes.add("unknown_reason")
        return codes

    def goes(self, force):
        return not (self.codes() & {"malformed", "invalid_signature"} if force else self.codes())

    def key(self):
        """Which message it holds. Letters of the same are doubles of each other."""
        return (SOURCE[self.stream], self.source, self.message)


class Game:
    def __init__(self, round_, scenario):
        self.round, self.random, self.scenario = round_, round_.random, scenario
        self.server, self.client, self.proxy = round_.server, round_.server.client, round_.state
        self.violations, self.number, self.letters = [], 0, {}
        self.by_others, self.effects, self.file = {}, [], None

    def do(self, *parts):
        return self.round.do(*parts)

    def wrong(self, kind, what):
        self.violations.append((f"{self.scenario}: {kind}", what))

    def run(self, *arguments, path=None, count=True):
        result = self.round.tool.run(path or self.server.path, *arguments)
        if count:
            self.round.say(f"caracalctl {' '.join(shlex.quote(text(str(a))) for a in arguments)} -> {result.status} {result.errors.strip()[:300]}")
        return result

    # Dead letters.

    def message(self, stream):
        """Fields of a message in their order, and what its signature is."""
        self.number += 1
        random, odd = self.random, self.random.random() < 0.2
        kind = random.choice(["valid"] * 7 + ["invalid", "unsigned", "upper"])
        if stream == AUDIT:
            data = json.dumps({"id": f"e{self.number}", "zone_id": random.choice(["z1", "z2"]), "n": random.choice([1, 2, 10**20])}).encode()
            if odd:
                data = data[:-1] + random.choice([b', "x": "\xc3\xa9"}', b', "x": "a\\u0000b"}', b', "x": "' + b"y" * 5000 + b'"}', b"\n}", b' \xff"}'])
            signature = {"valid": digest(AUDIT_KEY, data), "upper": digest(AUDIT_KEY, data).upper(), "invalid": b"0" * 64}.get(kind)
            fields = [(b"data", data)] + ([(b"sig", signature)] if signature else [])
            if random.random() < 0.2:
                fields = [(b"outbox_id", b"o%d" % self.number)] + fields
                if kind == "valid":
                    fields += [(b"_sig", sign(LIVE, fields))]
        else:
            fields = [(b"zone_id", random.choice([b"z1", b"z2"])), (b"session_id", b"s%d" % self.number), (b"reason", b"grant_revoked")]
            if odd:
                fields.append(random.choice([(b"n", b""), (b"caf\xc3\xa9", b"1"), (b"q", b'"\\/\x01'), (b"\xf0\x9f\x98\x80", b"\xef\xbf\xbc"), (b"l", b"w" * 4000)]))
            signature = {"valid": sign(SOURCE[stream], fields), "upper": sign(SOURCE[stream], fields).upper(), "invalid": sign(b"x", fields)}.get(kind)
            fields += [(b"_sig", signature)] if signature else []
        return tuple(fields), "valid" if kind == "upper" else kind

    def letter(self):
        """A new dead letter, or one more of a message that died before."""
        random = self.random
        old = [l for l in self.letters.values() if l.signature != "malformed"]
        if old and random.random() < 0.25:
            before = random.choice(old)
            return self.letter_of(before.stream, before.message, before.signature, before.source)
        stream = random.choice([AUDIT, AUDIT, REVOKE + b".dead", POLICY + b".dead"])
        if random.random() < 0.06:
            fields = random.choice([[b"foo", b"bar"], [b"reason", b"x"], [b"original_id", b"1-0", b"error", b"e", b"values", b"{"],
                                    [b"source_id", b"1-0", b"reason", b"r", b"payload", b"[1]"]])
            return Letter(stream, fields, None, dict(zip(fields[::2], fields[1::2])).get(b"reason"), None, None, "malformed")
        message, signature = self.message(stream)
        source = f"{self.number}-{random.choice([0, 7, TOP])}".encode()
        return self.letter_of(stream, message, signature, source)

    def letter_of(self, stream, message, signature, source):
        random = self.random
        if stream == AUDIT:
            reason = random.choice([b"pg_permanent_error:a: b", b"pg_permanent_error", b"transient_exceeded_max_deliveries:x"] * 3 +
                                   [b"missing_data_field", b"hmac_verify_failed", b"json_parse_error:\xff", b"tamper_on_replay", b"strange \x1b[1m", b""])
            fields = [(b"reason", reason), (b"src_id", source), (b"received_at", b"1767443990017")] + [(b"src_" + n, v) for n, v in message]
            return Letter(stream, [x for pair in fields for x in pair], "audit", reason, source, message, signature)
        inner = "{" + ",".join(json.dumps(n.decode(), ensure_ascii=random.random() < 0.5) + ":" + json.dumps(v.decode()) for n, v in message) + "}"
        if random.random() < 0.5:
            reason = random.choice([b"timeout", b"pg_permanent_error:q", b"pg_permanent_error"])
            fields = [(b"original_id", source), (b"error", reason), (b"values", inner.encode())]
            fields.append((b"_sig", sign(stream, fields)))
            shape = "service"
        else:
            reason = random.choice([b"invalid_signature", b"missing_revocation_anchor", b"pg_permanent_error:x"])
            fields = [(b"source_id", source), (b"reason", reason), (b"payload", inner.encode())]
            shape = "connector"
        return Letter(stream, [x for pair in fields for x in pair], shape, reason, source, message, signature)

    def bury(self, identifier="*"):
        letter = self.letter()
        reply = self.do("XADD", letter.stream, identifier, *letter.fields)
        if isinstance(reply, bytes):
            self.letters[letter.stream, id_of(reply)] = letter
        return letter

    def prepare_letters(self):
        self.do("FLUSHALL")
        self.run("provision", "-q", count=False)
        base = self.random.choice(["*", "*", "small", "top", "future"])
        for number in range(1, self.random.choice([2, 6, 15, 40])):
            self.bury({"*": "*", "small": f"{number}-{number}", "top": f"{TOP - 1}-{TOP - 60 + number}", "future": f"{5 * 10**12 + number}-0"}[base])
        for (stream, identifier) in list(self.letters):
            if self.random.random() < 0.1:
                self.do("XDEL", stream, name_of(identifier))
                del self.letters[stream, identifier]

    def put_back(self):
        """Somebody else has put some messages back, and left the letters."""
        self.back = set()
        for letter in list(self.letters.values()):
            if letter.message and self.random.random() < 0.08 and letter.key() not in self.back:
                self.do("XADD", SOURCE[letter.stream], "*", *(x for pair in letter.message for x in pair))
                self.back.add(letter.key())

    def filter(self, ids=True):
        """Options that choose some, and which those are."""
        random, chosen, options = self.random, dict(self.letters), []
        kind = random.choice(["all", "all", "stream", "source", "reason", "range", "where", "ids" if ids else "all"])
        if kind in ("stream", "source"):
            stream = random.choice(list(SOURCE))
            options = ["--stream", text(stream if kind == "stream" else SOURCE[stream])]
            chosen = {k: l for k, l in chosen.items() if k[0] == stream}
        elif kind == "reason":
            reason = random.choice(["pg_permanent_error", "timeout", "invalid_signature", "tamper_on_replay", "none"])
            options = ["--reason", reason]
            chosen = {k: l for k, l in chosen.items() if (l.reason or b"").split(b":")[0] == reason.encode()}
        elif kind == "range" and chosen:
            low, high = sorted(random.choice([k[1] for k in chosen]) for _ in range(2))
            options = ["--since", name_of(low), "--until", name_of(high)]
            chosen = {k: l for k, l in chosen.items() if low <= k[1] <= high}
        elif kind == "where":
            zone = random.choice(["z1", "z2"])
            options = ["--where", f"data.zone_id={zone}"]
            chosen = {k: l for k, l in chosen.items() if k[0] == AUDIT and l.message and self.zone(l) == zone}
        elif kind == "ids" and chosen:
            picked = random.sample(sorted(k[1] for k in chosen), random.randint(1, min(4, len(chosen))))
            picked = list(dict.fromkeys(picked))
            options = [name_of(i) for i in picked]
            chosen = {k: l for k, l in chosen.items() if k[1] in picked}
            if len(chosen) > len(picked):
                # An id that names several needs its stream.
                stream = random.choice(sorted(chosen))[0]
                chosen = {k: l for k, l in chosen.items() if k[0] == stream}
                options = ["--stream", text(stream), *(name_of(k[1]) for k in sorted(chosen))]
        return options, chosen

    def zone(self, letter):
        try:
            return json.loads(dict(letter.message)[b"data"])["zone_id"]
        except (ValueError, KeyError, UnicodeDecodeError):
            return None

    # State.

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

    # What goes back, and what is removed.

    def interfere(self):
        random, key = self.random, None
        self.round.say("others:")
        self.round.count("others")
        there = [k for k in self.letters if k[1] in entries(self.client, k[0])]
        kind = random.choice(["die", "remove", "exchange", "rename", "second", "second", "block", "kill"])
        if there:
            key = random.choice(there)
        if kind == "die":
            self.bury()
        elif kind == "remove" and key:
            self.do("XDEL", key[0], name_of(key[1]))
            self.by_others[key] = self.letters.pop(key)
        elif kind == "exchange" and key:
            # The stream is made anew, with another letter under one id.
            old = entries(self.client, key[0])
            if name_of(max(old)) == f"{TOP}-{TOP}":
                return
            self.do("DEL", key[0])
            for identifier in sorted(old):
                fields = old[identifier]
                if identifier == key[1]:
                    self.by_others[key] = self.letters.pop(key)
                    fields = [b"reason", b"exchanged", b"n", str(self.number).encode()]
                    self.letters[key] = Letter(key[0], fields, None, b"exchanged", None, None, "malformed")
                self.do("XADD", key[0], name_of(identifier), *fields)
        elif kind == "rename" and key:
            self.do("RENAME", key[0], "elsewhere")
            self.do("RENAME", "elsewhere", key[0])
        elif kind == "second":
            self.results.append(self.run(*self.command, "--yes", "-o", "json"))
        elif kind == "block":
            stream = random.choice(list(SOURCE.values()))
            if self.client("TYPE", stream) == b"stream" and self.scenario == "redrive":
                self.do("RENAME", stream, b"away." + stream)
                follows = random.choice(["nothing", "string", "full"])
                if follows == "string":
                    self.do("SET", stream, "squatter")
                elif follows == "full":
                    self.do("XADD", stream, f"{TOP}-{TOP}", "the", "last")
        elif kind == "kill":
            self.cut = True
        self.round.say("the tool again:")

    def step(self, number, parts):
        near = parts[0].upper() in (b"EVAL", b"EVALSHA", b"XDEL") or (parts[0].upper() == b"XRANGE" and self.random.random() < 0.3)
        if number in self.moments or (self.eager and near and self.random.random() < 0.6):
            self.eager -= self.eager > 0
            self.acted = True
            self.interfere()
        self.round.say(f"  {number}: " + " ".join(text(p)[:60].replace("\n", " ") for p in parts)[:160])
        if parts[0].upper() not in READING and getattr(self, "cut", False):
            self.cut = False
            self.lost = True
            return "cut"
        return "pass"

    def act(self, *command):
        """Runs it with others at random requests; `results` are of all that ran."""
        self.command, self.results, self.lost, self.cut, self.acted = command, [], False, False, False
        self.eager = self.random.choice([0, 1, 2, 3])
        latest = self.random.choice([16, 36, 60])
        self.moments = {self.random.randint(latest - 20, latest) for _ in range(self.random.choice([0, 1, 1, 2]))} - {0, -1, -2, -3, -4}
        self.proxy.reset()
        self.proxy.step = self.step
        result = self.run(*command, "--yes", "-o", "json", path=self.proxy.path)
        if self.proxy.failure:
            raise self.proxy.failure
        self.proxy.reset()
        self.results.append(result)
        self.quiet = not self.acted
        for r in self.results:
            self.round.count(f"{self.scenario} {r.status}")
            for what, value in ((r.document() or {}).get("summary") or {}).items():
                if value and not isinstance(value, bool) and what in ("moved", "moved_unclear", "gone", "changed", "unknown", "left", "duplicates", "gone_since", "gone_unclear", "removed"):
                    self.round.count(f"{self.scenario} with {what}")
        return result

    def redrive(self):
        self.prepare_letters()
        self.put_back()
        options, chosen = self.filter()
        force = self.random.random() < 0.4
        limit = self.random.choice([None, None, None, 1, 3])
        if force:
            # What has neither an outbox_id nor a signature cannot be told from others.
            self.doubled = {k for k in self.back if not {b"outbox_id", b"sig", b"_sig"} & {name for name, _ in k[2]}}
            self.back -= self.doubled
        else:
            self.doubled = set()
        command = ["dlq", "redrive", *options, *(["--force"] if force else []), *(["--limit", limit] if limit else [])]
        before = self.everything()
        dry = self.run(*command, "--dry-run", "-o", "json")
        if self.everything() != before:
            self.wrong("--dry-run changes something", str(command))
        plan = dry.document()
        if plan is None:
            return self.wrong("--dry-run fails", str(dry))
        planned = self.judge_plan(plan, chosen, force, limit)
        at_start = dict(self.letters)
        result = self.act(*command)
        self.judge_redrive(plan, planned, at_start, limit, result)

    def judge_plan(self, plan, chosen, force, limit):
        """The plan takes each message that goes once, and its doubles with it."""
        planned, doubles = set(), set()
        for item in plan["items"]:
            stream = raw(item["stream"])
            planned |= {(stream, id_of(i)) for i in item["ids"]}
            doubles |= {(stream, id_of(i)) for i in item["duplicate_ids"]}
            kept = {(stream, id_of(i)): k["code"] for k in item["kept"] for i in k["ids"]}
            for key, code in kept.items():
                if code == "already_back" and key in chosen and chosen[key].key() in self.back and chosen[key].goes(force):
                    continue
                if key not in chosen or code not in chosen[key].codes():
                    self.wrong("kept for a wrong reason", f"{key}: {code}, true {chosen[key].codes() if key in chosen else 'not chosen'}")
            stay = {k for k, l in chosen.items() if k[0] == stream and not (l.goes(force) and l.key() not in self.back)}
            if set(kept) != stay or sum(k["count"] for k in item["kept"]) != len(stay):
                self.wrong("keeps others than it must", f"{sorted(kept)}, true {sorted(stay)}")
        go = {}
        for key in sorted(k for k, l in chosen.items() if l.goes(force) and l.key() not in self.back):
            go.setdefault(self.letters[key].key(), []).append(key)
        if len(planned) != min(limit or len(go), len(go)) or plan["summary"]["planned"] != len(planned):
            self.wrong("plans too many or too few", f"{sorted(planned)}, true {sorted(go.values())}, limit {limit}: {plan['summary']}")
        keys = {self.letters[k].key() for k in planned if k in self.letters}
        right = {k for message in keys for k in go.get(message, [])} - planned
        if doubles != right or plan["summary"]["duplicates"] != len(right) or not keys <= set(go) or len(keys) != len(planned):
            self.wrong("doubles are wrong", f"{sorted(doubles)}, true {sorted(right)} of {sorted(planned)}")
        if sum(i["beyond_limit"] for i in plan["items"]) != len(go) - len(planned):
            self.wrong("beyond_limit is wrong", f"{plan['items']}, true {len(go) - len(planned)}")
        return planned | doubles

    def judge_redrive(self, plan, planned, at_start, limit, result):
        back = {}
        for source in SOURCE.values():
            for key in (source, b"away." + source):
                for fields in entries(self.client, key).values():
                    back.setdefault((source, canonical(fields)), []).append(fields)
        there = {(s, i): canonical(f) for s in SOURCE for i, f in entries(self.client, s).items()}
        moved = 0
        for key, letter in at_start.items():
            if letter.signature == "malformed":
                continue
            place = (SOURCE[letter.stream], letter.message)
            copies = len(back.get(place, []))
            waiting = any(there.get(k) == canonical(l.fields) for k, l in at_start.items() if l.key() == letter.key())
            by_others = any(k in self.by_others for k, l in at_start.items() if l.key() == letter.key())
            if copies > 1 + (letter.key() in self.doubled):
                self.wrong("a message is back more than once", f"{key}: {copies} {letter.message}")
            if not copies and not waiting and not by_others:
                self.wrong("a message is lost", f"{key} {letter.message}")
            if key not in there and key not in planned and key not in self.by_others and self.quiet:
                self.wrong("removes what was not planned", f"{key}")
        theirs = {(b[0], b[2]) for b in self.back | self.doubled}
        moved = sum(len(v) - (k in theirs) for k, v in back.items() if any(k == (SOURCE[l.stream], l.message) for l in [*at_start.values(), *self.letters.values(), *self.by_others.values()]))
        known = [r.document() for r in self.results]
        if all(known):
            sums = [d["summary"] for d in known]
            said = sum(s["moved"] or 0 for s in sums)
            doubt = sum(s["unknown"] or 0 for s in sums) + (99 if self.lost else 0)
            doubt += sum(s["moved_unclear"] or 0 for s in sums)
            if not said <= moved <= said + doubt:
                self.wrong("moved is wrong", f"{sums}, true {moved}")
            for r, s in zip(self.results, sums):
                if limit and (s["moved"] or 0) > limit:
                    self.wrong("moves more than --limit", str(s))
                parts = [s["moved"], s["moved_unclear"], s["gone"], s["changed"], s["unknown"], s["left"]]
                if None not in parts and sum(parts) != s["planned"]:
                    self.wrong("the parts are not the sum", str(s))
                if r.status == 0 and s["planned"] and not s["complete"] and None not in parts:
                    self.wrong("status 0, and not complete", str(s))
        elif moved and result.status not in (74, 69, 75, 1):
            self.wrong("moves, and reports nothing", str(result))
        if self.quiet:
            summary = known[0]["summary"] if known[0] else {}
            if summary.get("moved") != plan["summary"]["planned"] or set(at_start) - set(there) != planned:
                self.wrong("does not do what --dry-run said", f"{plan['summary']}, {summary}, {sorted(set(at_start) - set(there))}, planned {sorted(planned)}")
        for r in self.results:
            if r.status not in (0, 1, 69, 74, 75):
                self.wrong(f"ends with {r.status}", str(r))

    def purge(self):
        self.prepare_letters()
        options, chosen = self.filter()
        self.file = os.path.join(self.round.tool.folder, f"dead-{self.round.seed}.ndjson")
        result = self.run("dlq", "export", *options, "--to", self.file, "-o", "json")
        if not os.path.exists(self.file):
            return None if not chosen else self.wrong("export writes nothing", str(result))
        if result.status != 0 or result.document()["summary"]["exported"] != len(chosen):
            self.wrong("exported is wrong", f"{result}, true {len(chosen)}")
        for _ in range(self.random.choice([0, 0, 2])):
            self.bury()
        command = ["dlq", "purge", "--exported", self.file]
        before = self.everything()
        dry = self.run(*command, "--dry-run", "-o", "json")
        if self.everything() != before:
            self.wrong("--dry-run changes something", str(command))
        if dry.document() is None or dry.document()["summary"]["there"] != len(chosen) or dry.document()["summary"]["removed"] is not None:
            self.wrong("the plan is wrong", f"{dry}, true {len(chosen)}")
        at_start = dict(self.letters)
        self.act(*command)
        there = {(s, i): canonical(f) for s in SOURCE for i, f in entries(self.client, s).items()}
        for key, letter in self.letters.items():
            if there.get(key) != canonical(letter.fields) and not (key in chosen and chosen[key] is letter):
                self.wrong("removes what is not in the export", f"{key}")
        gone = sum(1 for k, l in chosen.items() if k not in there and k not in self.by_others)
        known = [r.document() for r in self.results]
        if all(known):
            sums = [d["summary"] for d in known]
            said, doubt = sum(s["removed"] or 0 for s in sums), sum((s["gone_unclear"] or 0) + (s["unknown"] or 0) for s in sums)
            # A cut answer may have been counted as gone while another run, too, says so.
            if not said <= gone <= said + doubt:
                self.wrong("removed is wrong", f"{sums}, true {gone}")
            for r, s in zip(self.results, sums):
                if s["there"] + s["gone"] != len(chosen):
                    self.wrong("there and gone are not all", str(s))
                parts = [s["removed"], s["gone_since"], s["gone_unclear"], s["changed"], s["unknown"]]
                if None not in parts and sum(parts) != s["there"]:
                    self.wrong("the parts are not the sum", str(s))
        if self.quiet and gone != len(chosen):
            self.wrong("does not remove all", f"{known[0]}, true {len(chosen)}")
        for r in self.results:
            if r.status not in (0, 1, 65, 69, 74, 75):
                self.wrong(f"ends with {r.status}", str(r))
        os.unlink(self.file)


def play(round_):
    game = Game(round_, round_.options.only or round_.random.choice(["redrive", "redrive", "purge"]))
    getattr(game, game.scenario)()
    return game.violations


if __name__ == "__main__":
    soak(__doc__, play, lambda server, tool, options: Proxy(server.path))
