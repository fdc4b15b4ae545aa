"""Random scenes for agree.py: streams, groups, consumers of every age and dead letters, and what is true of them."""
import base64
import hashlib
import hmac
import re
import struct

from support import AUDIT_KEY, STREAMS_KEY, Refusal, id_of, name_of, pairs, text

TABLE = {
    "caracal.audit.events": (["audit-ingestor", "siem-export"], 1_000_000),
    "caracal.audit.events.dlq": (["audit-dlq-observer"], 100_000),
    "caracal.policy.invalidate": (["opa-engine"], 10_000),
    "caracal.sessions.revoke": (["sts-revocation", "resource-revocation"], 10_000),
    "caracal.keys.invalidate": (["sts-keys"], 10_000),
    "caracal.agents.lifecycle": (["coordinator-relay"], None),
    "caracal.invocations.lifecycle": (["invocations-observer"], None),
    "caracal.delegations.invalidate": (["delegations-observer"], None),
    "caracal.providers.ratelimit": ([], 1),
}
LEFT_TO_OTHERS = {"siem-export", "audit-dlq-observer", "invocations-observer", "delegations-observer"}
OTHERS = ["extra", "gateway-revocation:gw-1", b"odd \xff\n\"name\\"]
AGES = [0, 2_000, 8_000, 45_000, 200_000, 400_000, 2_000_000, 7_300_000, 4 * 86_400_000]
STATES = ("active", "stuck", "gone", "unknown")
SLACK = 3


def crc64(data, table=[]):
    """The checksum at the end of a DUMP."""
    if not table:
        for byte in range(256):
            for _ in range(8):
                byte = byte >> 1 ^ (0x95ac9329ac4bc9b5 if byte & 1 else 0)
            table.append(byte)
    crc = 0
    for byte in data:
        crc = table[(crc ^ byte) & 255] ^ crc >> 8
    return crc


def signed(stream, fields):
    """The fields with their signature."""
    canonical = stream.encode() + b"\n" + b"".join(f"{n}={v}\n".encode() for n, v in sorted(fields))
    return [*fields, ("_sig", hmac.new(bytes.fromhex(STREAMS_KEY), canonical, hashlib.sha256).hexdigest())]


def raw(value):
    """Bytes of a JSON document."""
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value.encode()


class Scene:
    """Makes a state, command by command, so that it can be made again from its log."""

    def __init__(self, game):
        self.game, self.random, self.server, self.log = game, game.random, game.server, []
        self.clear()

    def clear(self):
        client = self.server.client
        client("FLUSHALL")
        client("CONFIG", "SET", "rdbcompression", "no")
        for name, value in (("appendonly", "yes"), ("save", "3600 1"), ("maxmemory", "600mb")):
            client("CONFIG", "SET", name, value)
        self.game.tool.run(self.server.path, "provision", "-q")
        self.added, self.put, self.given, self.deleted, self.names, self.number = {}, set(), {}, set(), 0, 0
        # Resets are of the whole bus: a removed group is remembered by the server (cmdstat), which doctor looks at.
        client("CONFIG", "RESETSTAT")
        seconds, micro = client("TIME")
        self.now = int(seconds) * 1000 + int(micro) // 1000

    def do(self, *parts):
        client = self.server.client
        self.log.append(parts)
        try:
            reply = self.age(*parts[1:]) if parts[0] == "AGE" else client(*parts)
        except Refusal as refusal:
            reply = refusal
        shown = " ".join(repr(p)[1:] if isinstance(p, bytes) else (p if p and " " not in p else f'"{p}"') if isinstance(p, str) else str(p) for p in parts)
        self.game.say(f"{shown[:260]}  ->  {str(reply)[:90]}")
        if isinstance(reply, Refusal):
            return None
        stream = parts[1]
        if parts[0] == "XADD":
            self.added.setdefault(stream, set()).add(id_of(reply))
        elif parts[0] == "DEL":
            self.added.pop(stream, None)
            self.put = {key for key in self.put if key[0] != stream}
        elif parts[:2] == ("XGROUP", "DESTROY"):
            self.put.add((parts[2], parts[3]))
            self.given.pop((parts[2], parts[3]), None)
        elif parts[0] == "XREADGROUP" and reply:
            self.given.setdefault((parts[-2], parts[2]), set()).update(id_of(e[0]) for e in reply[0][1])
        elif parts[0] == "XDEL" and reply:
            self.deleted.add(stream)
        elif parts[0] == "XGROUP" and parts[1] in ("CREATE", "SETID"):
            self.put.add((parts[2], parts[3]))
        return reply

    def age(self, stream, consumer, seen, active):
        """Has it that a consumer was not heard of for so long, and given nothing for so long (None: never)."""
        client = self.server.client
        dump = client("DUMP", stream)
        if dump is None:
            return "no stream"
        mark = bytes([len(consumer)]) + consumer.encode()
        at = dump.find(mark)
        if at < 0:
            return "no consumer"
        seconds, micro = client("TIME")
        now = int(seconds) * 1000 + int(micro) // 1000
        at += len(mark)
        body = bytearray(dump[:-8])
        body[at:at + 8] = struct.pack("<q", now - seen)
        if self.server.version >= (7, 2):
            body[at + 8:at + 16] = struct.pack("<q", -1 if active is None else now - active)
        return client("RESTORE", stream, 0, bytes(body) + struct.pack("<Q", crc64(body)), "REPLACE")

    def entry(self, stream):
        self.number += 1
        fields = [("zone_id", "z"), ("n", str(self.number))]
        if stream == "caracal.audit.events":
            data = f'{{"id":"{self.number}","zone_id":"z"}}'
            sig = hmac.new(bytes.fromhex(AUDIT_KEY), data.encode(), hashlib.sha256).hexdigest()
            fields = [("data", data), ("sig", sig)]
        elif stream.endswith(".dlq"):
            fields = [("reason", self.random.choice(["pg_permanent_error: x", "json_parse_error:y", "missing_data_field"])),
                      ("src_id", "5-1"), ("src_data", "{}")]
        elif stream.endswith(".dead"):
            fields = [("source_id", "5-1"), ("reason", self.random.choice(["invalid_signature", "missing_revocation_anchor"])),
                      ("payload", "{}")]
        else:
            fields = signed(stream, fields)
            if self.random.random() < self.bad:
                fields[-1] = ("_sig", "0" * 64)
        return [part for pair in fields for part in pair]

    def add(self, stream, count):
        """Entries in the order of their ids."""
        random = self.random
        last = max(self.added.get(stream, [(0, 0)]))
        where = sorted((random.choice(AGES) for _ in range(count)), reverse=True)
        for age in where:
            new = self.now - age, random.randrange(3)
            if random.random() < self.strange:
                new = random.choice([(5, 0), (7, 3), (self.now + 3_600_000, 0), (self.now + 1_500, 0), (2**63, 7), (2**64 - 1, 5)])
            if new <= last:
                new = (last[0], last[1] + 1)
            last = new
            self.do("XADD", stream, name_of(new), *self.entry(stream))

    def group(self, stream, name):
        """What befalls one group, by its readers and by others."""
        random, client = self.random, self.server.client
        consumers = []
        for _ in range(random.choice([0, 1, 1, 2, 3])):
            self.names += 1
            consumers.append(f"reader-{self.names:05}")
        for consumer in consumers:
            for _ in range(random.choice([0, 1, 1, 2])):
                self.do("XREADGROUP", "GROUP", name, consumer, "COUNT", random.choice([1, 1, 2, 3, 200]), "STREAMS", stream, ">")
            if random.random() < 0.2:
                self.do("XGROUP", "CREATECONSUMER", stream, name, consumer)
        held = []
        try:
            held = [(text(e[0]), text(e[1])) for e in client("XPENDING", stream, name, "-", "+", 2000)]
        except Refusal:
            return
        # An entry is never held for a shorter time than its holder was silent.
        silent = {consumer: random.choice(AGES) if random.random() < 0.7 else 0 for consumer in {c for _, c in held} | set(consumers)}
        for identifier, consumer in held[:200]:
            if silent[consumer] or len(held) < 8 and random.random() < 0.5:
                idle = random.choice([a for a in AGES if a >= silent[consumer]])
                more = random.choice([[], [], ["RETRYCOUNT", random.choice([1, 6, 7, 8, 9])]])
                self.do("XCLAIM", stream, name, consumer, 0, identifier, "IDLE", idle, *more, "JUSTID")
        if held and random.random() < 0.4:
            self.do("XACK", stream, name, *[i for i, _ in random.sample(held, random.randint(1, min(3, len(held))))])
        if held and random.random() < 0.35:
            self.do("XDEL", stream, *[i for i, _ in random.sample(held, random.randint(1, min(3, len(held))))])
        if random.random() < 0.06 and consumers:
            self.do("XGROUP", "DELCONSUMER", stream, name, random.choice(consumers))
        for consumer, seen in sorted(silent.items()):
            if seen:
                self.do("AGE", stream, consumer, seen, random.choice([None, seen, seen, seen + random.choice(AGES)]))

    def upheaval(self, stream, names):
        random = self.random
        kind = random.choice(["del", "maxlen", "minid", "setid", "destroy", "anew", "create", "add", "add"])
        known = sorted(self.added.get(stream, [])) or [(1, 0)]
        some = name_of(random.choice(known))
        name = random.choice(names)
        if kind == "del":
            self.do("XDEL", stream, *{name_of(random.choice(known)) for _ in range(random.choice([1, 2, 5]))})
        elif kind == "maxlen":
            self.do("XTRIM", stream, "MAXLEN", "=", random.randint(0, len(known)))
        elif kind == "minid":
            self.do("XTRIM", stream, "MINID", "=", some)
        elif kind == "setid":
            beyond = name_of((known[-1][0] + 1, 0)) if known[-1][0] < 2**64 - 1 else "$"
            self.do("XGROUP", "SETID", stream, name, random.choice(["0", "$", some, some, beyond]))
        elif kind in ("destroy", "create"):
            if kind == "destroy" or random.random() < 0.5:
                self.do("XGROUP", "DESTROY", stream, name)
            if kind == "create" or random.random() < 0.4:
                self.do("XGROUP", "CREATE", stream, name, random.choice(["0", "$", some]), "MKSTREAM")
        elif kind == "anew" and random.random() < 0.3:
            self.do("DEL", stream)
            if random.random() < 0.6:
                self.add(stream, random.randint(0, 4))
        elif kind == "add":
            self.add(stream, random.choice([1, 2, 5]))

    def make(self):
        random = self.random
        self.bad, self.strange = random.choice([0, 0, 0, 0.2]), random.choice([0, 0, 0, 0.1])
        for stream in random.sample(sorted(TABLE), random.choice([1, 1, 2, 3])):
            if stream == "caracal.providers.ratelimit":
                continue
            names = TABLE[stream][0] + ([random.choice(OTHERS)] if random.random() < 0.4 else [])
            if len(names) > len(TABLE[stream][0]):
                self.do("XGROUP", "CREATE", stream, names[-1], "0", "MKSTREAM")
            self.add(stream, random.choice([0, 1, 3, 6, 12, 25, 130]))
            for _ in range(random.choice([1, 2, 4])):
                for name in names:
                    if random.random() < 0.6:
                        self.group(stream, name)
                if random.random() < 0.6:
                    self.upheaval(stream, names)
        for stream in random.sample(sorted(TABLE), random.choice([0, 0, 1, 2])):
            dead = stream if stream.endswith(".dlq") else stream + ".dead"
            self.add(dead, random.choice([1, 2, 5, 101]))
            if random.random() < 0.4:
                self.do("XDEL", dead, name_of(random.choice(sorted(self.added[dead]))))


class Truth:
    """What is so, by a scan of everything."""

    def __init__(self, server, scene):
        client, self.streams = server.client, {}
        seconds, micro = client("TIME")
        self.now = int(seconds) * 1000 + int(micro) / 1000
        for stream in list(TABLE) + [stream + ".dead" for stream in TABLE if not stream.endswith(".dlq")]:
            if client("TYPE", stream) != b"stream":
                self.streams[stream] = None
                continue
            info = pairs(client("XINFO", "STREAM", stream))
            ids = [id_of(e[0]) for e in client("XRANGE", stream, "-", "+")]
            groups = {}
            for group in map(pairs, client("XINFO", "GROUPS", stream)):
                name = group["name"]
                pending = {id_of(p[0]): (p[1], p[3], p[2]) for p in client("XPENDING", stream, name, "-", "+", 100_000)}
                consumers = {c["name"]: c for c in map(pairs, client("XINFO", "CONSUMERS", stream, name))}
                groups[name] = (id_of(group["last-delivered-id"]), pending, consumers)
            self.streams[stream] = (ids, groups, id_of(info["last-generated-id"]))

    def same(self):
        return {s: v and (v[0], {n: (g[0], {i: e[:2] for i, e in g[1].items()}, sorted(g[2])) for n, g in v[1].items()}, v[2])
                for s, v in self.streams.items()}


def state_of(consumer, pending, claim, version):
    """active, stuck, gone, or unknown; None where it is too close to tell."""
    held = [idle for name, _, idle in pending.values() if name == consumer["name"]]
    idle = consumer["idle"]
    if abs(idle - 10 * claim) < 1500 or any(abs(h - claim) < 1500 for h in held):
        return None
    if not held and version < (7, 2):
        return None if abs(idle - claim) < 1500 else "unknown" if idle > claim else "active"
    if idle > 10 * claim:
        return "gone"
    return "stuck" if held and max(held) > claim else "active"


def samples(output):
    found = {}
    for line in output.splitlines():
        match = re.fullmatch(r'(\w+)(?:\{(.*)\})? (\S+)', line)
        if not match or line.startswith("#"):
            continue
        labels = {k: re.sub(r'\\(.)', lambda m: "\n" if m[1] == "n" else m[1], v)
                  for k, v in re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', match[2] or "")}
        found.setdefault(match[1], []).append((labels, float(match[3])))
    return found


def from_metrics(metrics, truth):
    """The figures of groups as `pending -o json` has them."""
    result = {}
    plain = {"caracal_group_behind_seconds": ("behind_ms", 1000), "caracal_group_lost_entries_reported": ("lost_reported", 1),
             "caracal_group_delivery_limit": ("max_deliveries", 1), "caracal_group_counted": ("counted", 1)}
    rated = {"caracal_group_lag_entries": ("lag", 1), "caracal_group_pending_entries": ("pending", 1),
             "caracal_group_lost_entries": ("lost", 1), "caracal_group_trim_horizon_entries": ("trim_horizon", 1),
             "caracal_group_oldest_idle_seconds": ("oldest_idle_ms", 1000), "caracal_group_most_deliveries": ("most_deliveries", 1)}
    for metric, found in metrics.items():
        for labels, value in found:
            if "group" not in labels:
                continue
            figures = result.setdefault((labels["stream"], labels["group"].encode()), {})
            if metric in plain:
                figures[plain[metric][0]] = round(value * plain[metric][1])
            elif metric in rated:
                name, scale = rated[metric]
                figures[name] = round(value * scale)
                figures[name.removesuffix("_ms") + "_quality"] = labels["quality"]
            elif metric == "caracal_group_consumers":
                figures.setdefault("consumers", {})[labels["state"]] = int(value)
            elif metric == "caracal_group_skipped":
                figures["skipped"] = value == 1
            elif metric == "caracal_group_reader_silence_seconds":
                figures["silence_ms"] = value * 1000
            elif metric == "caracal_group_exists":
                figures["exists"] = value == 1
    return result


FIGURES = ("pending", "lag", "lost", "lost_reported", "trim_horizon", "oldest_idle_ms", "most_deliveries", "max_deliveries", "behind_ms",
           "last_delivered_id", "counted", "exists")


def compare(judge, source, reference, given, partial):
    """One source's figures of a group against those of pending. Partial: what is unknown or does not exist is left out."""
    for key, item in given.items():
        there = reference.get(key)
        if there is None:
            judge.wrong("a group that pending does not have", f"{source}: {key}")
            continue
        where = f"{source} {key[0]} {key[1].decode('utf-8', 'backslashreplace')}"
        for name in FIGURES:
            for part in (name, name.removesuffix("_ms") + "_quality"):
                if part not in there or (not partial and part not in item):
                    continue
                left, right = there[part], item.get(part)
                if part == "last_delivered_id" and partial:
                    continue
                if partial and part.endswith("quality") and (there.get(name) is None or name not in item):
                    continue
                if partial and part.startswith("lost") and key[0].endswith(".dlq"):
                    continue
                if there["lag_quality"] == "reported" and part.split("_")[0] in ("lag", "trim") and item.get("lag_quality") != "reported":
                    continue
                if part.endswith("_ms") and left and right:
                    if abs(left - right) > 6000:
                        judge.wrong(f"{source}: another {part}", f"{where}: {right}, pending: {left}")
                elif partial and part == "trim_horizon_quality":
                    continue
                elif left != right:
                    judge.wrong(f"{source}: another {part}", f"{where}: {right}, pending: {left}")
        if item.get("consumers") and there["consumers"]:
            left, right = ([c["consumers"].get(s) for s in STATES] for c in (there, item))
            if left != right:
                judge.wrong(f"{source}: other consumers", f"{where}: {right}, pending: {left}")


def figure(value, quality):
    return "-" if value is None and quality is None else "unknown" if value is None else {"at_least": "≥", "at_most": "≤", "reported": "~"}.get(quality, "") + str(value)
