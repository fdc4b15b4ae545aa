#!/usr/bin/env python3
"""Asks all the judges about one frozen state, and compares what they say with the truth and with each other.

    Tests/Soak/agree.py [CARACALCTL [SERVER...]] [--seed N] [--rounds N | --seconds N] [--shrink]

scene.py makes the scenes and knows what is true of them. The seed of a round also tells AUDIT_CLAIM_IDLE_SECS, the same for
twenty rounds, since the exporter that runs beside them has to be started anew for another.

A scene is made of streams, groups, consumers that were not heard of for as long as the model likes (their times are changed in a
DUMP), entries of every age, held for every time, removed before or after they were given, missing streams and groups, groups of
others, dead letters, good and bad signatures. Then pending, check, watch, doctor, xlen, memory, group ls, consumer ls, report,
their tables, their metrics and an exporter that runs for all rounds are asked. A figure must be true, and the same for all of them;
and a loss, a skip, a future id, a silent reader, a missing group that one of them names must be named by all.
"""
import atexit
import csv
import io
import random
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

from scene import LEFT_TO_OTHERS, SLACK, STATES, TABLE, Scene, Truth, compare, figure, from_metrics, raw, samples, state_of
from support import Tool, name_of, pairs, soak, text


class Judge:
    def __init__(self, game):
        self.game, self.violations = game, []

    def wrong(self, kind, what):
        self.violations.append((kind, what))

    def near(self, kind, where, value, low, high):
        if value is None or not low - SLACK <= value <= high + SLACK:
            self.wrong(kind, f"{where}: {value}, true: {low} to {high}")


def judge_groups(judge, items, before, after, scene, claim):
    """`pending -o json` against the truth."""
    version = judge.game.server.version
    shown = {}
    for item in items:
        stream, name = item["stream"], raw(item["group"])
        shown[stream, name] = item
        where = f"pending {stream} {name.decode('utf-8', 'backslashreplace')}"
        there = before.streams[stream]
        group = there and there[1].get(name)
        if item["exists"] != bool(group):
            judge.wrong("exists", where)
        if not group:
            continue
        position, pending, consumers = group
        waiting = [i for i in there[0] if i > position]
        judge.game.count("groups")
        judge.game.count(f"lag {item['lag_quality']}")
        judge.game.count(f"lost {item['lost_quality']}")
        if item["pending"] != len(pending):
            judge.wrong("pending", f"{where}: {item['pending']}, true {len(pending)}")
        lag, quality = item["lag"], item["lag_quality"]
        if (quality == "exact" and lag != len(waiting)) or (quality == "at_least" and lag > len(waiting)) or \
                (quality == "at_most" and lag < len(waiting)) or (quality == "unknown" and lag is not None):
            judge.wrong("lag", f"{where}: {lag} {quality}, true {len(waiting)}")
        bound, horizon = TABLE[stream][1] if stream in TABLE else None, item["trim_horizon"]
        right = None if bound is None else max(0, bound - len(waiting))
        if {"exact": horizon != right, "at_least": (horizon or 0) > (right or 0), "at_most": (horizon or 0) < (right or 0)}.get(item["trim_horizon_quality"], False):
            judge.wrong("trim horizon", f"{where}: {horizon} {item['trim_horizon_quality']}, true {right}")
        if item["last_delivered_id"] != name_of(position):
            judge.wrong("position", where)
        if position > there[2]:
            judge.game.count("beyond the last id")
        elif not waiting:
            if item["behind_ms"] != 0:
                judge.wrong("behind", f"{where}: {item['behind_ms']}, nothing waits")
        elif waiting[0][0] > 10**11 and waiting[0][0] < 2**62:
            judge.near("behind", where, item["behind_ms"], before.now - waiting[0][0], after.now - waiting[0][0])
        idle = [e[2] for e in pending.values()]
        if pending:
            later = after.streams[stream][1][name][1]
            if item["oldest_idle_quality"] == "exact":
                judge.near("oldest idle", where, item["oldest_idle_ms"], max(idle), max(e[2] for e in later.values()))
            if item["most_deliveries"] != max(e[1] for e in pending.values()):
                judge.wrong("most deliveries", f"{where}: {item['most_deliveries']}")
        elif item["oldest_idle_ms"] is not None or item["most_deliveries"] is not None:
            judge.wrong("figures of nothing", where)
        added = scene.added.get(stream, set())
        removed = sum(1 for i in added if i > position and i not in set(there[0]))
        if item["lost"] is not None and item["lost_quality"] in ("exact", "at_least") and item["lost"] > removed:
            judge.wrong("lost", f"{where}: {item['lost']} {item['lost_quality']}, true at most {removed}")
        said = item["consumers"]
        if said["total"] != len(consumers) or sum(said[s] for s in STATES) != len(consumers):
            judge.wrong("consumers", f"{where}: {said}, true {len(consumers)}")
        states = [state_of(c, pending, claim, version) for c in consumers.values()]
        for state in STATES:
            low, high = states.count(state), states.count(state) + states.count(None)
            if not low <= said[state] <= high:
                judge.wrong(f"consumers {state}", f"{where}: {[said[s] for s in STATES]}, true {states}")
        for state in states:
            judge.game.count(f"consumer {state}")
        needs = name.decode("utf-8", "replace") not in LEFT_TO_OTHERS
        if name.decode("utf-8", "replace") in TABLE[stream][0] and item["counted"] != (needs or bool(consumers)):
            judge.wrong("counted", f"{where}: {item['counted']}")
    for stream, there in before.streams.items():
        for name in (there[1] if there and stream in TABLE else ()):
            if (stream, name) not in shown:
                judge.wrong("a group is not shown", f"pending {stream} {name}")
    return shown


def look(game, judge, scene, claim):
    server, tool = game.server, game.tool
    before = Truth(server, scene)
    run = lambda *words: tool.run(server.path, *words)
    runs = {name: run(*words) for name, words in {
        "pending": ["pending", "-o", "json"], "csv": ["pending", "-o", "csv"], "watch": ["watch", "--limit", "1", "-o", "ndjson"],
        "check": ["check", "-o", "json", "--memory", "off"], "line": ["check", "--memory", "off", "--perfdata", "all"],
        "metrics": ["check", "-o", "prometheus"], "doctor": ["doctor", "-o", "json"], "said": ["doctor"],
        "xlen": ["xlen", "--dead", "-o", "json"], "memory": ["memory", "-o", "json"], "groups": ["group", "ls", "--all", "-o", "json"],
        "consumers": ["consumer", "ls", "--all", "-o", "json"], "report": ["report", "--md", "-"],
        "pending metrics": ["pending", "-o", "prometheus"], "dlq": ["dlq", "-o", "json"], "lost": ["pending", "--lost", "-o", "json"],
        "max": ["pending", "--max-pending", "2", "--max-idle", "100s", "-q"], "doctor metrics": ["doctor", "-o", "prometheus"],
    }.items()}
    try:
        scrape = urllib.request.urlopen(game.state.address, timeout=20).read().decode()
    except OSError as failure:
        scrape = ""
        judge.wrong("the exporter fails", repr(failure))
    after = Truth(server, scene)
    if before.same() != after.same():
        judge.wrong("looking has changed something", "")
    documents = {name: runs[name].document() for name in ("pending", "watch", "check", "doctor", "xlen", "memory", "groups", "consumers", "dlq", "lost")}
    for name, document in documents.items():
        if document is None:
            judge.wrong(f"{name} fails", str(runs[name]))
            return
    pending = judge_groups(judge, documents["pending"]["items"], before, after, scene, claim)
    # What a missing stream has in the table is among the items, and nowhere else.
    absent = {(s, name.encode()) for s, (names, _) in TABLE.items() if not before.streams[s] for name in names}
    if absent != {key for key in pending if not before.streams[key[0]]}:
        judge.wrong("pending: groups of a missing stream", f"{sorted(absent)}, shown {sorted(pending)}")
    missing = {key for key, item in pending.items() if not item["exists"]}
    pending = {key: item for key, item in pending.items() if key not in absent}

    # The same figures elsewhere.
    watch = {(i["stream"], raw(g["group"])): g for i in documents["watch"]["items"] for g in i["groups"]}
    compare(judge, "watch", pending, watch, False)
    if set(watch) != set(pending):
        judge.wrong("watch: other groups", f"{set(watch) ^ set(pending)}")
    metrics = {"check -o prometheus": runs["metrics"].output, "pending -o prometheus": runs["pending metrics"].output, "exporter": scrape}
    metrics = {source: samples(output) for source, output in metrics.items()}
    found = {source: from_metrics(m, before) for source, m in metrics.items()}
    for source, given in found.items():
        given = {k: v for k, v in given.items() if k in pending}
        compare_partial = {k: v for k, v in given.items() if pending[k]["exists"]}
        for key, item in compare_partial.items():
            item.setdefault("exists", True)
            item["counted"] = bool(item["counted"]) if "counted" in item else pending[key]["counted"]
            item.setdefault("max_deliveries", None)
        compare(judge, source, pending, compare_partial, True)
        for key in pending:
            if pending[key]["exists"] and key not in given and b"\xff" not in key[1]:
                judge.wrong(f"{source}: a group is not there", str(key))
    lists = {(i["stream"], raw(i["group"])): i for i in documents["groups"]["items"]}
    for key, item in lists.items():
        if key not in pending:
            continue
        there = pending[key]
        mine = [item["pending"], item["lag"], item["lag_quality"], item["consumers"], item["last_delivered_id"]]
        other = [there["pending"], there["lag"], there["lag_quality"], there["consumers"]["total"], there["last_delivered_id"]]
        if mine != other:
            judge.wrong("group ls differs from pending", f"{key}: {mine}, pending: {other}")
        idle = [c["idle"] for c in before.streams[key[0]][1][key[1]][2].values()]
        if bool(idle) != (item["last_seen_ms"] is not None) or idle and not min(idle) - SLACK <= item["last_seen_ms"] <= min(idle) + 6000:
            judge.wrong("group ls last seen", f"{key}: {item['last_seen_ms']}, true {min(idle, default=None)}")
    if {k for k in lists if k[0] in TABLE} != {k for k, i in pending.items() if i["exists"]}:
        judge.wrong("group ls: other groups", "")
    listed = {}
    for item in documents["consumers"]["items"]:
        listed.setdefault((item["stream"], raw(item["group"])), {})[raw(item["consumer"])] = item
    for key, item in pending.items():
        if not item["exists"]:
            continue
        position, entries, consumers = before.streams[key[0]][1][key[1]]
        names = listed.get(key, {})
        if set(names) != set(consumers):
            judge.wrong("consumer ls: other consumers", f"{key}: {set(names) ^ set(consumers)}")
            continue
        for state in STATES:
            if sum(1 for c in names.values() if c["state"] == state) != item["consumers"][state]:
                judge.wrong("consumer ls: other states", f"{key}: {[(n, c['state']) for n, c in names.items()]}, pending {item['consumers']}")
                break
        for name, consumer in names.items():
            true = consumers[name]
            held = [e[2] for e in entries.values() if e[0] == name]
            judge.near("consumer ls idle", f"{key} {name}", consumer["idle_ms"], true["idle"], true["idle"] + 6000)
            if consumer["pending"] != len(held) or bool(held) != (consumer["held_ms"] is not None) or \
                    held and not max(held) - SLACK <= consumer["held_ms"] <= max(held) + 6000:
                judge.wrong("consumer ls held", f"{key} {name}: {consumer}, true {len(held)} {max(held, default=None)}")
            if "inactive" in true:
                right = None if true["inactive"] < 0 else true["inactive"]
                if (right is None) != (consumer["last_success_ms"] is None) or right is not None and not right - SLACK <= consumer["last_success_ms"] <= right + 6000:
                    judge.wrong("consumer ls last success", f"{key} {name}: {consumer['last_success_ms']}, true {right}")
    rows = list(csv.DictReader(io.StringIO(runs["csv"].output)))
    rows = [row for row in rows if row["GROUP"]]
    if len(rows) != len(pending):
        judge.wrong("csv: other groups", f"{len(rows)} of {len(pending)}")
    for row, (key, item) in zip(rows, pending.items()):
        if item["exists"]:
            mine = [row[c].replace(",", "") for c in ("PENDING", "LAG", "TRIES", "LOST")]
            mine = [word.replace(">=", "≥").replace("<=", "≤") for word in mine]
            right = [str(item["pending"]), figure(item["lag"], item["lag_quality"]),
                     figure(item["most_deliveries"], item["most_deliveries_quality"]), figure(item["lost"], item["lost_quality"])]
            mine[2] = mine[2].split("/")[0]
            if item["lost_reported"] is not None and not key[0].endswith(".dlq"):
                right[3] = f"~{item['lost_reported']}"
            mine, right = ([w if w != "" else "-" for w in l] for l in (mine, right))
            if mine != right:
                judge.wrong("csv differs from json", f"{key}: {mine}, json: {right}")

    # Streams: xlen, memory, watch, metrics, against the truth.
    lengths = {s: len(v[0]) if v else None for s, v in before.streams.items()}
    for item in documents["xlen"]["items"]:
        there = before.streams.get(item["stream"])
        right = (bool(there), lengths.get(item["stream"]), *((name_of(there[0][0]), name_of(there[0][-1])) if there and there[0] else (None, None)), len(there[1]) if there else None)
        mine = tuple(item[k] for k in ("exists", "length", "first_id", "last_id", "groups"))
        if mine != right:
            judge.wrong("xlen", f"{item['stream']}: {mine}, true {right}")
    shown = {i["stream"] for i in documents["xlen"]["items"]}
    for stream, there in before.streams.items():
        if (there or stream in TABLE) and stream not in shown:
            judge.wrong("xlen: a stream is missing", stream)
    if (runs["xlen"].status == 1) != any(before.streams[s] is None for s in TABLE):
        judge.wrong("xlen: status", str(runs["xlen"].status))
    for item in documents["memory"]["items"]:
        there = before.streams[item["stream"]]
        held = sum(len(g[1]) for g in there[1].values()) if there else None
        if item["exists"] != bool(there) or item["length"] != lengths[item["stream"]] or item["pending"] != held:
            judge.wrong("memory", f"{item['stream']}: {item['exists']} {item['length']} {item['pending']}, true {lengths[item['stream']]} {held}")
    dead = {s: lengths[s] or 0 for s in before.streams if s.endswith((".dlq", ".dead"))}
    for item in documents["watch"]["items"]:
        stream = item["stream"]
        if item["exists"] != bool(before.streams[stream]) or item["length"] != lengths[stream]:
            judge.wrong("watch: a stream", f"{stream}: {item['length']}, true {lengths[stream]}")
        right = dead[stream] if stream.endswith(".dlq") else dead[stream + ".dead"]
        if item["exists"] and item["dead_letters"] != right:
            judge.wrong("watch: dead letters", f"{stream}: {item['dead_letters']}, true {right}")
        counts = [pending[stream, raw(g["group"])] for g in item["groups"] if g["counted"]]
        if item["exists"] and counts and all(g["behind_ms"] is not None for g in counts):
            worst = max((g["behind_ms"] for g in counts if g["behind_ms"]), default=0)
            if item["behind_ms"] is None or abs(item["behind_ms"] - worst) > 6000:
                judge.wrong("watch: behind of a stream", f"{stream}: {item['behind_ms']}, its groups: {[g['behind_ms'] for g in counts]}")
        union = {m for g in item["groups"] if g["counted"] for m in g["marks"]} | {m for m in item["marks"] if m in ("bad_signatures", "future")}
        if set(item["marks"]) != union:
            judge.wrong("watch: marks", f"{stream}: {item['marks']}, of its groups: {union}")
    for source in ("check -o prometheus", "exporter"):
        m = metrics[source]
        for labels, value in m.get("caracal_stream_length", []):
            if value != (lengths.get(labels["stream"]) or 0):
                judge.wrong(f"{source}: length", f"{labels}: {value}")
        if "caracal_dead_letters" in m:
            given = {l["stream"]: v for l, v in m["caracal_dead_letters"]}
            for stream, count in dead.items():
                if given.get(stream, 0) != count:
                    judge.wrong(f"{source}: dead letters", f"{stream}: {given.get(stream)}, true {count}")
    by_reason = {}
    for labels, value in metrics["exporter"].get("caracal_dead_letters_by_reason", []):
        by_reason[labels["stream"], labels["reason"]] = value
    true = {}
    for stream, count in dead.items():
        if count:
            for _, fields in server.client("XRANGE", stream, "-", "+"):
                reason = text(pairs(fields).get("reason", b"")).split(":")[0]
                true[stream, reason] = true.get((stream, reason), 0) + 1
    if {k: v for k, v in by_reason.items() if v} != true:
        judge.wrong("exporter: dead letters by reason", f"{by_reason}, true {true}")
    counted = {}
    for item in documents["dlq"]["items"]:
        counted[item["stream"], item["reason"]] = item["count"]
    if {k: v for k, v in counted.items() if v} != true:
        judge.wrong("dlq: by reason", f"{counted}, true {true}")

    # What is wrong, as each of them says it.
    check, doctor = documents["check"], documents["doctor"]
    problems = {}
    for warning in check["warnings"]:
        problems.setdefault(warning["code"], []).append(warning["message"])
    findings = {}
    for item in doctor["items"]:
        if item["status"] in ("failure", "warning"):
            findings.setdefault(item["check"], []).append((item["stream"], item["group"], item["status"], item["finding"]))
        game.count(f"doctor {item['check']} {item['status']}") if item["status"] in ("failure", "warning") else None
    for code in problems:
        game.count(f"check {code}")
    if runs["check"].status != check["summary"]["status"] or runs["line"].status != runs["check"].status:
        judge.wrong("check: status", f"{runs['check'].status} {check['summary']} {runs['line'].status}")
    word = ["OK", "WARNING", "CRITICAL", "UNKNOWN"][runs["check"].status]
    if not runs["line"].output.startswith(f"CARACAL {word}") or check["summary"]["state"].upper() != word:
        judge.wrong("check: word", runs["line"].output[:200])
    perf = {m[1]: m[2] for m in re.finditer(r"'([^']*)'=([\d.]+)", runs["line"].output.split("|", 1)[-1].split("\n")[0])}
    for item in check["items"]:
        if item["group"] is not None and b"\xff" not in raw(item["group"]):
            key = (item["stream"], raw(item["group"]))
            there = pending.get(key)
            value = {"lag": "lag", "pending": "pending", "oldest": "oldest_idle_ms"}[item["check"]]
            right = there[value] if there else None
            if item["check"] == "lag" and there and there["lag_quality"] == "reported":
                # It is the server's own figure there, and counted here.
                right = sum(1 for i in before.streams[key[0]][0] if i > before.streams[key[0]][1][key[1]][0]) if item["quality"] == "exact" else item["value"]
            if item["check"] == "oldest" and right is None and item["value"] == 0:
                right = 0
            if (item["value"] is None) != (right is None) or right is not None and abs(item["value"] - right) > (6000 if value.endswith("ms") else 0):
                judge.wrong("check differs from pending", f"{key} {item['check']}: {item['value']}, pending {right}")
            label = f"{item['stream'].removeprefix('caracal.')}/{item['group']} {item['check']}"
            if item["value"] is not None and label in perf and not item["check"] == "oldest" and float(perf[label]) != item["value"]:
                judge.wrong("perfdata", f"{label}: {perf[label]}, json {item['value']}")
        if item["check"] == "dead_letters" and item["value"] != dead.get(item["stream"], 0):
            judge.wrong("check: dead letters", f"{item['stream']}: {item['value']}")
    judged = {(i["stream"], raw(i["group"])) for i in check["items"] if i["group"] is not None}
    for key, item in pending.items():
        if item["exists"] and item["counted"] != (key in judged):
            judge.wrong("check judges what pending does not count", f"{key}: counted {item['counted']}")
    worst = max((["ok", "warning", "critical"].index(i["state"]) for i in check["items"] if i["state"] != "unknown"), default=0)
    if runs["check"].status < worst:
        judge.wrong("check: less than its figures", f"{runs['check'].status}, {worst}")
    if check["summary"]["problems"] != len(check["warnings"]) or (runs["check"].status == 0) != (not check["warnings"]):
        judge.wrong("check: problems", f"{check['summary']['problems']}, {len(check['warnings'])} warnings, status {runs['check'].status}")

    if (runs["doctor"].status == 1) != (doctor["summary"]["failure"] > 0) or runs["said"].status != runs["doctor"].status:
        judge.wrong("doctor: status", f"{runs['doctor'].status} {runs['said'].status} {doctor['summary']}")
    said = re.findall(r"^ *\d+\. (FAILURE|WARNING|NOTE|UNKNOWN) ([\w-]+):", runs["said"].output, re.M) + \
        re.findall(r"^ +also: (FAILURE|WARNING|NOTE|UNKNOWN) ([\w-]+):", runs["said"].output, re.M)
    both = sorted((i["status"].upper(), i["check"]) for i in doctor["items"] if i["status"] in ("failure", "warning"))
    if sorted(x for x in said if x[0] in ("FAILURE", "WARNING")) != both:
        judge.wrong("doctor: text and json", f"{sorted(said)}, json {both}")
    reported = re.findall(r"\*\*(FAILURE|WARNING)\*\* `([\w-]+)`", runs["report"].output)
    if sorted(reported) != both:
        judge.wrong("report: other findings than doctor", f"{sorted(reported)}, doctor {both}")
    if runs["report"].status != runs["doctor"].status:
        judge.wrong("report: status", f"{runs['report'].status} {runs['doctor'].status}")
    outcomes = {(l["check"], l["status"]): v for l, v in samples(runs["doctor metrics"].output).get("caracal_doctor_outcomes", [])}
    for status in ("failure", "warning", "unknown", "note"):
        for name in {i["check"] for i in doctor["items"]}:
            right = sum(1 for i in doctor["items"] if i["check"] == name and i["status"] == status)
            if outcomes.get((name, status), 0) != right:
                judge.wrong("doctor: metrics", f"{name} {status}: {outcomes.get((name, status))}, json {right}")

    def names(key):
        return key[0].removeprefix("caracal.") + "/" + key[1].decode("utf-8", "backslashreplace")

    def in_check(code, key):
        return any(re.search(rf"(^|[ .]){re.escape(names(key))}( |:|$)", m) for m in problems.get(code, []))

    def in_doctor(check, key):
        return any(s in (key[0], None) and (g is None or raw(g) == key[1] or key[1].decode("utf-8", "replace") in f) for s, g, _, f in findings.get(check, []))

    def about(stream, *codes):
        return any(re.search(rf"(^|[ .]){re.escape(stream.removeprefix('caracal.'))}([ :,]|$)", m) for c in codes for m in problems.get(c, []))

    exporter = found["exporter"]
    required = {key for key in missing if key[1].decode() not in LEFT_TO_OTHERS}
    for key in missing - absent:
        # Nobody is known to miss one that no public service reads through: doctor warns, and no alarm counts it.
        views = {"check": in_check("missing_group", key), "doctor": any(s == "failure" for *_, s, _ in findings.get("groups", []))}
        if views["check"] != (key in required) or views["doctor"] != bool(required - absent) or not in_doctor("groups", key):
            judge.wrong("a missing group: they disagree", f"{key}: {views}, {findings.get('groups')}")
    for key, item in pending.items():
        if not item["exists"]:
            continue
        if b"\xff" in key[1] or not item["counted"]:
            continue
        marks = watch[key]["marks"]
        lost = bool(item["lost"] or item["lost_reported"])
        if not key[0].endswith(".dlq"):
            views = {"pending": lost, "watch": "lost" in marks, "check": in_check("lost_entries", key), "doctor": in_doctor("loss", key)}
            if len(set(views.values())) > 1:
                judge.wrong("loss: they disagree", f"{key}: {views}")
        views = {"watch": "skipped" in marks, "check": in_check("skipped_entries", key), "exporter": exporter.get(key, {}).get("skipped", False)}
        if len(set(views.values())) > 1:
            judge.wrong("skipped: they disagree", f"{key}: {views}")
        place = (key[0], key[1].decode())
        if "skipped" in marks and place not in scene.put:
            judge.wrong("skipped: a false alarm", str(key))
        if "skipped" in marks and not in_doctor("skipped-entries", key):
            judge.wrong("skipped: doctor does not say it", str(key))
        there = before.streams[key[0]]
        unread = [i for i in there[0] if i <= there[1][key[1]][0] and i not in scene.given.get(place, ())]
        # Once it has read to the end no trace of it is left.
        # A host's group begins at the end by design.
        by_design = key[1].startswith(b"gateway-revocation:")
        if "skipped" not in marks and unread and not by_design and place in scene.put and not scene.given.get(place) and key[0] not in scene.deleted \
                and server.version >= (7, 0):
            judge.wrong("skipped: nobody says it", f"{key}: {len(unread)}, lag {item['lag']} {item['lag_quality']}")
        if "skipped" not in marks and in_doctor("skipped-entries", key):
            judge.wrong("skipped: doctor alone says it", str(key))
        _, entries, consumers = before.streams[key[0]][1][key[1]]
        gone = any(state_of(c, entries, claim, server.version) == "gone" and c["pending"] for c in consumers.values())
        unsure = any(state_of(c, entries, claim, server.version) is None for c in consumers.values())
        if not unsure and gone != ("gone" in marks):
            judge.wrong("gone: watch's mark", f"{key}: {marks}, true {gone}")
        bad = any(state_of(c, entries, claim, server.version) in ("gone", "stuck") and c["pending"] for c in consumers.values())
        if not unsure and bad != in_doctor("stuck-consumers", key):
            judge.wrong("stuck-consumers: doctor", f"{key}: {findings.get('stuck-consumers')}, true {bad}")
        position, ids = before.streams[key[0]][1][key[1]][0], before.streams[key[0]][0]
        waiting = [i for i in ids if i > position]
        silence = min((c["idle"] for c in consumers.values()), default=None)
        given = exporter.get(key, {}).get("silence_ms")
        if given is not None and (silence is None or not silence - SLACK <= given <= silence + 6000):
            judge.wrong("exporter: silence", f"{key}: {given}, true {silence}")
        if silence is not None and abs(silence - 300_000) > 8000 and claim == 30_000:
            views = {"doctor": in_doctor("silent-readers", key), "check": in_check("silent_reader", key)}
            if len(set(views.values())) > 1:
                judge.wrong("silent reader: they disagree", f"{key}: {views}, silent {silence}, waits {before.now - waiting[0][0] if waiting else None}")
            if waiting and waiting[0][0] > 10**12 and before.now - waiting[0][0] > 310_000 and silence > 310_000 and not views["doctor"]:
                judge.wrong("silent reader: nobody says it", f"{key}: silent {silence}, waits {before.now - waiting[0][0]}")
            if views["doctor"] and (not waiting or silence < 300_000):
                judge.wrong("silent reader: a false alarm", f"{key}: {silence}")
    for item in documents["watch"]["items"]:
        stream, there = item["stream"], before.streams[item["stream"]]
        lead = (there[2][0] - after.now) if there else 0
        if abs(lead) > 6000:
            views = {"truth": lead > 0, "watch": "future" in item["marks"], "doctor": any(s == stream for s, *_ in findings.get("future-ids", [])),
                     "check": about(stream, "future_id", "exhausted")}
            if len(set(views.values())) > 1:
                judge.wrong("future ids: they disagree", f"{stream}: {views}")
        newest = {l["verdict"]: v for l, v in metrics["exporter"].get("caracal_newest_signatures", []) if l["stream"] == stream}
        doubts = [any(s == stream and st == "warning" for s, _, st, _ in findings.get("signatures", [])), about(stream, "questionable_signature")]
        if doubts[0] != doubts[1] and not about(stream, "invalid_signature"):
            judge.wrong("doubtful signatures: they disagree", f"{stream}: doctor {doubts[0]}, check {doubts[1]}")
        views = {"watch": "bad_signatures" in item["marks"], "doctor": any(s == stream and st == "failure" for s, _, st, _ in findings.get("signatures", [])),
                 "check": about(stream, "invalid_signature", "unsigned"),
                 "exporter": newest.get("invalid", 0) > 0}
        if len(set(views.values())) > 1:
            judge.wrong("signatures: they disagree", f"{stream}: {views} {newest}")
    if (runs["lost"].status == 1) != any(i["counted"] and (i["lost"] or i["lost_reported"]) and not k[0].endswith(".dlq") or k in required for k, i in pending.items()) and all(before.streams[s] for s in TABLE):
        judge.wrong("pending --lost: status", f"{runs['lost'].status}, {[k for k, i in pending.items() if i['lost']]}")
    over = any(i["exists"] and (i["pending"] > 2 or (i["oldest_idle_ms"] or 0) >= 100_000) for i in pending.values())
    if (runs["max"].status == 1) != over and not required and all(before.streams[s] for s in TABLE):
        judge.wrong("pending --max: status", f"{runs['max'].status}, {over}")


def play(game):
    claim = game.state.claim_of(game.seed)
    scene = Scene(game)
    scene.make()
    judge = Judge(game)
    look(game, judge, scene, claim)
    if game.options.shrink and judge.violations:
        shrink(game, scene, judge, claim)
    return judge.violations


def shrink(game, scene, judge, claim):
    """Leaves out of the log what the first violation does not need."""
    kind, log, shown = judge.violations[0][0], scene.log, game.history

    def wrong(log):
        game.history = []
        again, other = Scene(game), Judge(game)
        for parts in log:
            again.do(*parts)
        look(game, other, again, claim)
        return [what for k, what in other.violations if k == kind]

    size, limit = max(1, len(log) // 2), time.monotonic() + 60
    while size and wrong(log) and time.monotonic() < limit:
        position = 0
        while position < len(log) and time.monotonic() < limit:
            less = log[:position] + log[position + size:]
            if wrong(less):
                log = less
            else:
                position += size
        size //= 2
    what = wrong(log)
    judge.violations = [(kind, what[0] if what else "it does not come again")]
    game.history = game.history if what else shown


class State:
    """The exporter that runs beside the rounds of one server, and the time after which entries may be claimed."""

    def __init__(self, server, tool):
        self.server, self.tool, self.claim, self.process = server, tool, None, None
        self.errors = tempfile.TemporaryFile("w+")
        tool.environment = lambda path: {**Tool.environment(tool, path), "AUDIT_CLAIM_IDLE_SECS": str(self.claim // 1000)}
        # Whatever ends the model ends it.
        atexit.register(self.stop)

    def claim_of(self, seed):
        """Milliseconds; the exporter of another time gives way to one of this."""
        claim = random.Random(seed // 20).choice([20_000, 30_000, 30_000, 120_000])
        if claim != self.claim:
            self.stop()
            self.claim = claim
            self.start()
        return claim

    def start(self):
        self.errors.seek(0)
        self.errors.truncate()
        self.process = subprocess.Popen([self.tool.path, "exporter", "--listen", "127.0.0.1:0"], env=self.tool.environment(self.server.path),
                                        cwd=self.tool.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.errors)
        deadline, found = time.monotonic() + 10, None
        while not found:
            if time.monotonic() > deadline:
                sys.exit("the exporter does not say where it listens")
            time.sleep(0.1)
            self.errors.seek(0)
            found = re.search(r"127\.0\.0\.1:\d+", self.errors.read())
        self.address = f"http://{found[0]}/metrics"

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
            self.process = None


if __name__ == "__main__":
    soak(__doc__, play, lambda server, tool, options: State(server, tool))
