#!/usr/bin/env python3
"""Random outboxes and streams, and what reconcile, requeue and unlock make of them, against the truth.

    caracalctl sandbox --postgres -- .build-python/bin/python Tests/Soak/outbox.py CARACALCTL [--seconds N] [--seed N] [--rounds N] [--only SCENARIO]

Written from the manual pages. It empties both tables and all of Redis before each round.
"""
import argparse
import collections
import json
import os
import random
import subprocess
import sys
import threading
import time
import uuid

import psycopg
import redis

from support import Tool

RIVAL = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "Rivals", "dispatcher.py")
STREAMS = {
    "api": ["caracal.keys.invalidate", "caracal.policy.invalidate"],
    "coordinator": ["caracal.sessions.revoke", "caracal.agents.lifecycle"],
}
# To how many entries they are trimmed at most: the table's bound, or what the services have for a stream without one.
BOUNDS = {stream: 100_000 if stream.endswith("lifecycle") else 10_000 for streams in STREAMS.values() for stream in streams}
MINUTE = 60_000


class Bus:
    """Both servers, and the tool beside them."""

    def __init__(self, path):
        self.tool = Tool(path)
        variables = {name: os.environ[name] for name in ("REDIS_URL", "DATABASE_URL", "PGPASSFILE") if name in os.environ}
        self.tool.environment = lambda _: {
            "PATH": os.environ["PATH"], "HOME": self.tool.folder, "TERM": "dumb", "SWIFT_BACKTRACE": "enable=no"} | variables
        self.database = self.connect()
        self.redis = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)

    def connect(self):
        return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)

    def empty(self):
        self.redis.flushall()
        self.database.execute("TRUNCATE event_outbox, caracal_outbox")

    def dispatch(self, outbox, *options):
        return subprocess.Popen([sys.executable, RIVAL, outbox, *options], stdout=subprocess.PIPE, text=True)

    def publish_all(self):
        for outbox in STREAMS:
            process = self.dispatch(outbox, "--once")
            process.communicate(timeout=120)

    def rows(self):
        """All rows: (table, id, stream, state, made, published), times in Unix milliseconds."""
        rows = self.database.execute("""
            SELECT 'api', id, stream_name, CASE WHEN dispatched_at IS NULL THEN 'other' ELSE 'published' END,
                extract(epoch FROM created_at) * 1000, extract(epoch FROM dispatched_at) * 1000 FROM event_outbox
            UNION ALL SELECT 'coordinator', id, topic,
                CASE WHEN producer <> 'coordinator' THEN 'foreign' WHEN status = 'published' THEN 'published' ELSE 'other' END,
                extract(epoch FROM created_at) * 1000, extract(epoch FROM published_at) * 1000 FROM caracal_outbox""")
        return rows.fetchall()


def id_of(name):
    return tuple(int(part) for part in name.split("-"))


class Round:
    """One history: rows published over some time, what befell the streams, and what is known of each."""

    def __init__(self, bus, seed, only):
        self.bus, self.seed = bus, seed
        self.random = random.Random(seed)
        self.history, self.violations = [], []
        scenario = self.random.choice(["still"] * 6 + ["busy"] * 2 + ["requeue"] * 2 + ["guard"] + ["unlock"] + ["large"])
        self.scenario = only or scenario
        # Rows whose entries were removed by trimming or XDEL, by stream, since the stream was made; and streams from which any was.
        self.removed = collections.defaultdict(set)
        self.touched = set()
        self.last = collections.defaultdict(lambda: (0, 0))
        self.now = int(time.time() * 1000)

    def note(self, text):
        self.history.append(text)

    def wrong(self, kind, what):
        self.violations.append((kind, what))

    def identifier(self, made):
        kind = self.random.random()
        if self.scenario != "large" and kind < 0.03:
            return str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        if self.scenario != "large" and kind < 0.05:
            return f"row-{self.random.getrandbits(40):x}"
        text = f"{made:012x}7{self.random.getrandbits(12):03x}{0x8000 | self.random.getrandbits(14):04x}{self.random.getrandbits(48):012x}"
        text = str(uuid.UUID(text))
        return text.upper() if self.scenario != "large" and kind < 0.06 else text

    # What happens

    def add(self, pipe, stream, outbox_id, at):
        """An entry of this time, or of the next that the stream takes."""
        entry = max((at, self.random.randrange(3)), (self.last[stream][0], self.last[stream][1] + 1))
        self.last[stream] = entry
        fields = {"outbox_id": outbox_id, "zone_id": "z"} if self.random.random() < 0.9 else {"a": "b", "outbox_id": outbox_id}
        pipe.xadd(stream, fields, id=f"{entry[0]}-{entry[1]}")

    def make(self, count, span):
        """Rows of both tables over a time, in the order of their publication: (table, stream, id, made, published)."""
        rows = []
        for _ in range(count):
            outbox = self.random.choice(list(STREAMS))
            stream = self.random.choice(STREAMS[outbox])
            made = self.now - self.random.randrange(1_000, max(2_000, span))
            wait = self.random.choice([5, 200, 900, 3_000]) if self.random.random() < 0.95 else self.random.randrange(600_000)
            published = min(made + 1 + self.random.randrange(wait), self.now - 1)
            rows.append((outbox, stream, self.identifier(made), made, published))
        return sorted(rows, key=lambda row: row[4])

    def insert(self, rows):
        with self.bus.database.cursor() as cursor:
            with cursor.copy("COPY event_outbox (id, stream_name, payload_json, attempts, available_at, dispatched_at, created_at) FROM STDIN") as copy:
                for outbox, stream, name, made, published in rows:
                    if outbox == "api":
                        times = [self.stamp(time) for time in (made, published, made)]
                        copy.write_row((name, stream, '{"zone_id": "z"}', 1, *times))
            with cursor.copy("COPY caracal_outbox (id, producer, topic, dedupe_key, payload_json, status, attempts, available_at,"
                             " published_at, created_at, updated_at) FROM STDIN") as copy:
                for outbox, stream, name, made, published in rows:
                    if outbox == "coordinator":
                        times = [self.stamp(time) for time in (made, published, made, published)]
                        copy.write_row((name, "coordinator", stream, name, '{"zone_id": "z"}', "published", 1, *times))

    @staticmethod
    def stamp(milliseconds):
        return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(milliseconds // 1000)) + f".{milliseconds % 1000:03d}+00"

    def remember(self, stream, before):
        """Notes what is gone from a stream since `before`."""
        after = {name for name, _ in self.bus.redis.xrange(stream)}
        gone = [fields.get("outbox_id") for name, fields in before if name not in after]
        self.removed[stream] |= {name for name in gone if name}
        if gone:
            self.touched.add(stream)

    def befall(self, stream, at):
        """Something happens to a stream."""
        store = self.bus.redis
        before = store.xrange(stream)
        what = self.random.choice(["trim", "xdel", "xdel", "del", "letters", "letters", "again", "again", "forge"])
        if what == "trim" and before:
            store.xtrim(stream, maxlen=self.random.randrange(len(before) + 1), approximate=False)
            self.remember(stream, before)
        elif what == "xdel" and before:
            store.xdel(stream, *[name for name, _ in self.random.sample(before, min(len(before), 1 + self.random.randrange(4)))])
            self.remember(stream, before)
        elif what == "del":
            store.delete(stream)
            # A new stream knows nothing of what the old one had.
            self.removed[stream].clear()
            self.touched.discard(stream)
        elif what == "letters" and before:
            for name, fields in self.random.sample(before, min(len(before), 3)):
                store.xadd(stream + ".dead", {"original_id": name, "error": "no_anchor", "values": json.dumps(fields)})
                if self.random.random() < 0.5:
                    store.xdel(stream, name)
                    self.touched.add(stream)
                    self.removed[stream].add(fields.get("outbox_id"))
        elif what == "again" and before:
            for name, fields in self.random.sample(before, min(len(before), 2)):
                self.add(store, stream, fields.get("outbox_id", "x"), at)
        elif what == "forge":
            forged = self.random.choice([
                lambda: self.identifier(at), lambda: self.identifier(at - self.random.randrange(1, 40 * MINUTE)),
                lambda: self.identifier(at + self.random.randrange(1, 900 * MINUTE)), lambda: f"forged-{self.random.getrandbits(30)}"])()
            self.add(store, stream, forged, at)
        else:
            return
        self.note(f"{what} {stream}")

    def live(self, count, span, events, losses=0.02):
        """Publishes rows in their order, and lets things happen in between."""
        rows = self.make(count, span)
        self.insert(rows)
        store = self.bus.redis
        places = sorted(self.random.randrange(len(rows)) for _ in range(events))
        crash, begin = None, 0
        for place in places + [len(rows)]:
            pipe = store.pipeline(transaction=False)
            for outbox, stream, name, made, published in rows[begin:place]:
                if self.random.random() < losses:
                    self.note(f"lost {stream} {name}") if len(self.history) < 200 else None
                    continue
                self.add(pipe, stream, name, published)
            pipe.execute()
            begin = place
            if place == len(rows):
                break
            if crash is not None and self.random.random() < 0.5:
                stream, dump = crash
                store.restore(stream, 0, dump, replace=True)
                self.note(f"crash: {stream} is as it was")
                crash = None
            stream = self.random.choice(sum(STREAMS.values(), []))
            if self.random.random() < 0.2 and crash is None and store.exists(stream):
                crash = (stream, store.dump(stream))
                continue
            # What happened since the dump would be undone with it, and is not remembered.
            if crash is None or crash[0] != stream:
                self.befall(stream, rows[place][4])
        self.note(f"{count} rows over {span // 1000} s")
        return rows

    def disturb_rows(self):
        """Rows in other states, deleted ones, and those of others."""
        database = self.bus.database
        for table, condition in (("event_outbox", "dispatched_at IS NOT NULL"), ("caracal_outbox", "status = 'published'")):
            names = [name for name, in database.execute(f"SELECT id FROM {table} WHERE {condition} ORDER BY id")]
            chosen = self.random.sample(names, min(len(names), self.random.randrange(8)))
            for name in chosen:
                what = self.random.choice(["delete", "waiting", "dead", "foreign"])
                if what == "delete":
                    database.execute(f"DELETE FROM {table} WHERE id = %s", (name,))
                elif table == "event_outbox":
                    available = "'infinity'" if what == "dead" else "now()"
                    database.execute(f"UPDATE event_outbox SET dispatched_at = NULL, available_at = {available} WHERE id = %s", (name,))
                elif what == "foreign":
                    database.execute("UPDATE caracal_outbox SET producer = 'api' WHERE id = %s", (name,))
                else:
                    status = "dead" if what == "dead" else "pending"
                    database.execute("UPDATE caracal_outbox SET status = %s, published_at = NULL WHERE id = %s", (status, name))
                self.note(f"{what} {name}")

    # The truth, and what is said

    def truth(self, since, streams):
        """By (table, id) the statuses that are right, None for present; entries by stream and id; orphans that must and may be told."""
        rows = self.bus.rows()
        entries, letters, trimmed = {}, collections.defaultdict(set), {}
        for stream in sum(STREAMS.values(), []):
            found = collections.defaultdict(list)
            there = self.bus.redis.xrange(stream)
            for name, fields in there:
                if "outbox_id" in fields:
                    found[fields["outbox_id"]].append(name)
            entries[stream] = found
            # What is older than a full stream may have been trimmed before Redis was upgraded to 7, give or take five minutes.
            trimmed[stream] = id_of(there[0][0])[0] + 5 * MINUTE if len(there) >= BOUNDS[stream] else 0
            for _, fields in self.bus.redis.xrange(stream + ".dead"):
                letters[stream].add(json.loads(fields["values"]).get("outbox_id"))
        right = {}
        for outbox, name, stream, state, made, published in rows:
            if state != "published" or made < since or streams and stream not in streams:
                continue
            count = len(entries[stream].get(name, []))
            if count > 1:
                right[outbox, name] = {"duplicate"}
            elif count == 1 or name in letters[stream]:
                right[outbox, name] = {None}
            elif name in self.removed[stream]:
                right[outbox, name] = {"unknown"}
            elif stream in self.touched or min(made, published) <= trimmed[stream] + 1_000:
                right[outbox, name] = {"lost", "unknown"}
            else:
                right[outbox, name] = {"lost"}
        known = {row[1] for row in rows}
        must, may = set(), set()
        for stream, found in entries.items():
            if streams and stream not in streams:
                continue
            for name, places in found.items():
                if name in known:
                    continue
                told = self.milliseconds(name)
                for place in places:
                    added = id_of(place)[0]
                    times = [time for time in (told, added) if time is not None]
                    if min(times) >= since:
                        must.add((stream, name, place))
                    if max(times) >= since - 10 * MINUTE:
                        may.add((stream, name, place))
        return right, entries, must, may

    @staticmethod
    def milliseconds(name):
        try:
            text = name.replace("-", "")
            return int(text[:12], 16) if len(name) == 36 and text[12] == "7" and name == name.lower() else None
        except ValueError:
            return None

    def check(self):
        options, since, streams = [], 0, []
        if self.random.random() < 0.4:
            ago = self.random.choice([2, 20, 300, 3_000])
            since = int(time.time() * 1000) - ago * MINUTE
            options += ["--since", self.stamp(since)[:-3].replace(" ", "T") + "Z"]
        if self.random.random() < 0.2:
            streams = self.random.sample(sum(STREAMS.values(), []), 2)
            options += sum((["--stream", stream] for stream in streams), [])
        right, entries, must, may = self.truth(since, streams)
        result = self.bus.tool.run("", "outbox", "reconcile", "-o", "json", "-n", "1000000", *options)
        self.note(f"reconcile {' '.join(options)}")
        document = result.document()
        if document is None:
            return self.wrong("reports nothing", str(result))
        # --since finds rows by their ids, which have to be UUIDv7 as the services write them.
        vague = {key for key in right if since and self.milliseconds(key[1]) is None}
        said = {}
        orphans = set()
        for item in document["items"]:
            if item["status"] == "orphan":
                orphan = (item["stream"], item["id"], item["entry_ids"][0])
                if orphan in orphans:
                    self.wrong("tells an orphan twice", str(item))
                orphans.add(orphan)
                continue
            key = (item["outbox"], item["id"])
            if key in said:
                self.wrong("tells a row twice", f"{item} and {said[key]}")
            said[key] = item
        for key, allowed in right.items():
            status = said[key]["status"] if key in said else None
            if key in vague and key not in said:
                continue
            if status not in allowed:
                self.wrong("false " + str(status) if status else "misses " + "/".join(map(str, sorted(allowed, key=str))),
                           f"{key}: {said.get(key)} instead of {allowed} {options}")
            elif status == "duplicate":
                places = sorted((place for found in entries.values() for place in found.get(key[1], [])), key=id_of)
                if said[key]["entry_ids"] != places[:10] and said[key]["entry_ids"] != places:
                    self.wrong("names the wrong entries", f"{said[key]} instead of {places}")
        for key in said.keys() - right.keys():
            self.wrong("tells what is not compared", str(said[key]))
        for orphan in must - orphans:
            self.wrong("misses an orphan", f"{orphan} {options}")
        for orphan in orphans - may:
            self.wrong("false orphan", f"{orphan} {options}")
        summary = document["summary"]
        counts = collections.Counter(item["status"] for item in document["items"])
        figures = {"checked": len(right), "present": len(right) - len(said), "unsettled": 0, "complete": True}
        figures |= {status: counts[status] for status in ("lost", "duplicate", "unknown", "orphan")}
        for name, value in figures.items():
            if summary[name] != value and not (vague and name in ("checked", "present")):
                self.wrong("counts wrong", f"{name} {summary[name]} instead of {value} {options}")
        if result.status != (1 if counts["lost"] else 0):
            self.wrong("ends with the wrong status", f"{result.status}: {summary}")
        for name in figures:
            COUNTS[name] += summary[name]

    # Scenarios

    def play_still(self):
        span = self.random.choice([5 * MINUTE, 90 * MINUTE, 3_000 * MINUTE])
        self.live(self.random.randrange(1, 400), span, self.random.randrange(12), self.random.choice([0, 0.02, 0.3]))
        if self.random.random() < 0.6:
            self.disturb_rows()
        if self.random.random() < 0.3:
            self.bus.publish_all()
            self.note("the dispatchers publish what waits")
        self.check()

    def play_large(self):
        self.live(self.random.randrange(40_000, 90_000), self.random.choice([60, 3_000]) * MINUTE, self.random.randrange(8), 0.002)
        # Copies that come long after, of entries that were read long before.
        for stream in self.random.sample(sum(STREAMS.values(), []), 2):
            there = self.bus.redis.xrange(stream)
            for _, fields in self.random.sample(there, min(len(there), self.random.choice([0, 3, 700]))):
                self.add(self.bus.redis, stream, fields["outbox_id"], self.now)
        self.disturb_rows()
        self.check()

    def play_busy(self):
        """Both sides are written to while it looks."""
        rows = self.live(self.random.randrange(2_000, 20_000), 60 * MINUTE, 0, 0.003)
        planted = {name for _, _, name, _, _ in rows} - {
            fields["outbox_id"] for stream in sum(STREAMS.values(), []) for _, fields in self.bus.redis.xrange(stream)}
        moves = self.random.random() < 0.5
        end = threading.Event()
        failures = []

        def insert():
            database = self.bus.connect()
            while not end.is_set():
                for outbox, streams in STREAMS.items():
                    made = int(time.time() * 1000)
                    rows = [(self.fresh(made), random.choice(streams)) for _ in range(random.randrange(40))]
                    with database.cursor() as cursor:
                        if outbox == "api":
                            cursor.executemany("INSERT INTO event_outbox (id, stream_name, payload_json) VALUES (%s, %s, '{}')", rows)
                        else:
                            cursor.executemany("INSERT INTO caracal_outbox (id, producer, topic, dedupe_key, payload_json)"
                                               " VALUES (%s, 'coordinator', %s, gen_random_uuid()::text, '{}')", rows)

        def move():
            """Entries die and are redriven: at each moment each is in one place at least."""
            store = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
            while not end.is_set() and moves:
                stream = random.choice(sum(STREAMS.values(), []))
                for name, fields in store.xrevrange(stream, count=300)[::37] + store.xrange(stream, count=300)[::37]:
                    letter = store.xadd(stream + ".dead", {"original_id": name, "error": "no_anchor", "values": json.dumps(fields)})
                    store.xdel(stream, name)
                    time.sleep(random.random() * 0.01)
                    store.xadd(stream, fields)
                    store.xdel(stream + ".dead", letter)

        def guarded(work):
            try:
                work()
            except Exception as failure:
                failures.append(repr(failure))

        rivals = [self.bus.dispatch(outbox) for outbox in STREAMS]
        threads = [threading.Thread(target=guarded, args=(work,)) for work in (insert, move)]
        try:
            for thread in threads:
                thread.start()
            for _ in range(4):
                result = self.bus.tool.run("", "outbox", "reconcile", "-o", "json", "-n", "1000000")
                document = result.document()
                if document is None:
                    self.wrong("reports nothing", str(result))
                    continue
                lost = {item["id"] for item in document["items"] if item["status"] == "lost"}
                for name in sorted(lost - planted)[:3]:
                    self.wrong("false lost while busy", f"{name}: {[i for i in document['items'] if i['id'] == name]}")
                if not moves and lost != planted:
                    self.wrong("misses lost while busy", f"{sorted(planted - lost)[:3]}")
                others = [item for item in document["items"] if item["status"] != "lost"]
                if not moves and others:
                    self.wrong("sees what is not while busy", str(others[:3]))
                COUNTS["busy"] += 1
        finally:
            end.set()
            for thread in threads:
                thread.join()
            for rival in rivals:
                rival.kill()
                rival.wait()
        for failure in failures:
            self.wrong("the model failed", failure)

    @staticmethod
    def fresh(made):
        return str(uuid.UUID(f"{made:012x}7{random.getrandbits(12):03x}{0x8000 | random.getrandbits(14):04x}{random.getrandbits(48):012x}"))

    def play_requeue(self):
        """Lost rows are requeued, while others act between the look and the change."""
        rows = self.live(self.random.randrange(5, 200), 60 * MINUTE, 0, self.random.choice([0.1, 0.5]))
        there = {fields["outbox_id"] for stream in sum(STREAMS.values(), []) for _, fields in self.bus.redis.xrange(stream)}
        lost = {name: outbox for outbox, _, name, _, _ in rows if name not in there}
        acts = {}

        def act(_):
            for name, outbox in lost.items():
                if self.random.random() < 0.6:
                    continue
                what = acts[name] = self.random.choice(["delete", "requeue", "publish"])
                table = "event_outbox" if outbox == "api" else "caracal_outbox"
                if what == "delete":
                    self.bus.database.execute(f"DELETE FROM {table} WHERE id = %s", (name,))
                    continue
                if outbox == "api":
                    self.bus.database.execute("UPDATE event_outbox SET dispatched_at = NULL, available_at = now(), attempts = 0 WHERE id = %s", (name,))
                else:
                    self.bus.database.execute("UPDATE caracal_outbox SET status = 'pending', published_at = NULL, available_at = now(),"
                                              " attempts = 0 WHERE id = %s", (name,))
            if "publish" in acts.values():
                # Those that were to be requeued only are published as well.
                self.bus.publish_all()
            return True

        result = self.bus.tool.ask("", "outbox", "reconcile", "--requeue", "-o", "json", at_question=act)
        self.note(f"requeue of {len(lost)}: {collections.Counter(acts.values())}")
        if not lost:
            if result.asked or result.status != 0:
                self.wrong("asks for nothing", str(result))
            return
        document = result.document()
        if document is None:
            return self.wrong("reports nothing", str(result))
        results = {item["id"]: item["result"] for item in document["items"]}
        if results.keys() != lost.keys():
            self.wrong("plans other rows than are lost", f"{results.keys() ^ lost.keys()}")
        for name, said in results.items():
            wanted = {"delete": "deleted", "requeue": "taken", "publish": "taken"}.get(acts.get(name), "requeued")
            if said != wanted:
                self.wrong("says the wrong result", f"{name}: {said} instead of {wanted}")
        COUNTS["requeued"] += sum(said == "requeued" for said in results.values())
        self.bus.publish_all()
        found = collections.Counter(
            fields["outbox_id"] for stream in sum(STREAMS.values(), []) for _, fields in self.bus.redis.xrange(stream))
        for name in lost:
            wanted = 0 if acts.get(name) == "delete" else 1
            if found[name] != wanted:
                self.wrong("is published the wrong number of times", f"{name}: {found[name]} instead of {wanted}, {acts.get(name)}")
        self.check()

    def play_guard(self):
        """Of many rows none has an entry: where no stream ever had one either, or others' entries are there, it may be another Redis."""
        store, streams = self.bus.redis, sum(STREAMS.values(), [])
        rows = self.make(self.random.choice([9, 10, 99, 100, self.random.randrange(5, 160)]), 60 * MINUTE)
        self.insert(rows)
        exists = self.random.random() < 0.5
        for stream in streams if exists else []:
            store.xgroup_create(stream, "g", mkstream=True)
        found = self.random.random() < 0.3
        if found:
            _, stream, name, _, published = self.random.choice(rows)
            self.add(store, stream, name, published)
        strays = self.random.choice([0, 1, 1, 5])
        for _ in range(strays):
            self.add(store, self.random.choice(streams), self.identifier(self.now), self.now)
        self.note(f"{len(rows)} rows, streams exist: {exists}, one is there: {found}, {strays} strays")
        refused = not found and len(rows) >= (10 if strays > 0 else 100)
        requeue = ["outbox", "reconcile", "--requeue", "--yes", "-o", "json"]

        def waiting():
            return sum(state == "other" for _, _, _, state, _, _ in self.bus.rows())

        result = self.bus.tool.run("", *requeue)
        if refused != (result.status == 78) or refused != ("this may be the wrong Redis" in result.words()):
            return self.wrong("is not refused" if refused else "is refused", str(result))
        if refused:
            if waiting():
                return self.wrong("returns rows that it refuses", f"{waiting()}: {result}")
            result = self.bus.tool.run("", *requeue, "--force")
        if result.status != 0 or waiting() != len(rows) - found:
            self.wrong("does not return what is lost", f"{waiting()} of {len(rows) - found}: {result}")
        COUNTS["refused"] += refused

    def play_unlock(self):
        """Locks that ran out are taken off, and no others."""
        rows = [row for row in self.make(self.random.randrange(2, 60), 60 * MINUTE) if row[0] == "api"]
        self.insert(rows)
        locks = {}
        for _, _, name, _, _ in rows:
            seconds = locks[name] = self.random.choice([None, -60, 600])
            self.bus.database.execute(
                "UPDATE event_outbox SET dispatched_at = NULL, locked_by = CASE WHEN %(s)s::int IS NULL THEN NULL ELSE 'gone' END,"
                " locked_until = now() + make_interval(secs => %(s)s::int) WHERE id = %(id)s", {"s": seconds, "id": name})
        stale = {name for name, seconds in locks.items() if seconds == -60}
        taken = set()

        def act(_):
            for name in stale:
                if self.random.random() < 0.3:
                    taken.add(name)
                    self.bus.database.execute("UPDATE event_outbox SET locked_until = now() + interval '10 minutes', locked_by = 'w' WHERE id = %s", (name,))
            return True

        result = self.bus.tool.ask("", "outbox", "unlock", "-o", "json", at_question=act)
        self.note(f"unlock {len(stale)}, {len(taken)} taken")
        after = {name: worker for name, worker in self.bus.database.execute("SELECT id, locked_by FROM event_outbox WHERE locked_until IS NOT NULL")}
        wanted = {name for name, seconds in locks.items() if seconds == 600} | taken
        if after.keys() != wanted:
            self.wrong("unlocks other rows", f"{after.keys() ^ wanted} {result}")

    def play(self):
        self.bus.empty()
        getattr(self, "play_" + self.scenario)()


COUNTS = collections.Counter()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--rounds", type=int, default=1 << 60)
    parser.add_argument("--only")
    options = parser.parse_args()
    bus, start, rounds, figures = Bus(options.tool), time.monotonic(), 0, collections.Counter()
    while rounds < options.rounds and time.monotonic() - start < options.seconds:
        game = Round(bus, options.seed + rounds, options.only)
        try:
            game.play()
        except (subprocess.TimeoutExpired, psycopg.Error, redis.RedisError) as failure:
            game.wrong("hangs or crashes", repr(failure))
        for kind, what in game.violations:
            figures[kind] += 1
            if figures[kind] <= 3:
                print(f"VIOLATION {kind}\n  again: --rounds 1 --seed {game.seed} --only {game.scenario}\n  {what}")
                for line in game.history[-30:]:
                    print("    " + line)
                sys.stdout.flush()
        rounds += 1
        COUNTS[game.scenario] += 1
    bus.tool.stop()
    print(", ".join(f"{what} {count:,}" for what, count in sorted(COUNTS.items())))
    print(f"outbox.py: {rounds} rounds, seed {options.seed}, {sum(figures.values())} violations {dict(figures)}, {time.monotonic() - start:.0f} s")
    sys.exit(1 if figures else 0)


if __name__ == "__main__":
    main()
