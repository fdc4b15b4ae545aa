#!/usr/bin/env python3
"""Compares what dlq summary, ls, show and export say of dead letters with the truth.

    Tests/Soak/lookletters.py [CARACALCTL [SERVER...]] [--seed N] [--rounds N | --seconds N]

The dead letters are those of letters.py, chosen by stream, reason, range, value or id. Looking must change nothing, text and
JSON must agree, and every field, reason, signature, obstacle and sum must be that of the letter that the model made.
"""
from letters import AUDIT, SOURCE, Game, canonical, raw
from support import Proxy, id_of, name_of, soak


class Look(Game):
    def check_item(self, item, letter, where):
        if [[raw(n), raw(v)] for n, v in item["fields"]] != [list(p) for p in canonical(letter.fields)]:
            self.wrong("fields are wrong", f"{where}: {item['fields']}")
        if letter.shape and item["shape"] != letter.shape:
            self.wrong("shape is wrong", f"{where}: {item['shape']}, true {letter.shape}")
        if letter.shape and raw(item["reason"]) != letter.reason:
            self.wrong("reason is wrong", f"{where}: {item['reason']}, true {letter.reason}")
        if "replayable" not in item:
            return
        if item["replayable"] != letter.goes(False):
            self.wrong("replayable is wrong", f"{where}: {item['replayable']} {item['obstacle']}, true {letter.codes()} {letter.fields}")
        if (item["obstacle"] is None) != item["replayable"] or (item["obstacle"] and item["obstacle"] not in letter.codes()):
            self.wrong("obstacle is wrong", f"{where}: {item['obstacle']}, true {letter.codes()}")
        if item["signature"] != (None if letter.signature == "malformed" else letter.signature):
            self.wrong("signature is wrong", f"{where}: {item['signature']}, true {letter.signature} {letter.fields}")
        if letter.message and item["message"] is not None and {raw(k) if not isinstance(k, str) else k.encode(): raw(v) for k, v in item["message"].items()} != dict(letter.message):
            self.wrong("message is wrong", f"{where}: {item['message']}")

    def look(self):
        self.prepare_letters()
        before = self.everything()
        options, chosen = self.filter(ids=False)
        limit = self.random.choice([1, 3, 1000])
        newest = self.random.random() < 0.3
        document = self.run("dlq", "ls", *options, "-n", limit, *(["--newest"] if newest else []), "-o", "json").document()
        if document is None:
            return self.wrong("ls fails", str(options))
        found = [(raw(i["stream"]), id_of(i["id"])) for i in document["items"]]
        # With --newest by id over all streams; else each stream in its turn, oldest first.
        if not set(found) <= set(chosen) or len(found) != min(limit, len(chosen)) or len(set(found)) != len(found):
            self.wrong("ls lists others", f"{found}, true {sorted(chosen)}, limit {limit}")
        if newest and found and sorted(i for _, i in chosen)[::-1][:limit] != sorted((i for _, i in found), reverse=True):
            self.wrong("ls --newest does not list the newest", f"{found}, of {sorted(chosen)}")
        if document["summary"]["listed"] != len(found) or document["summary"]["more"] != (len(chosen) > limit):
            self.wrong("ls: summary", f"{document['summary']}, {len(chosen)} match, limit {limit}")
        for item in document["items"]:
            if (raw(item["stream"]), id_of(item["id"])) in chosen:
                self.check_item(item, chosen[raw(item["stream"]), id_of(item["id"])], f"ls {item['stream']} {item['id']}")
        lines = self.run("dlq", "ls", *options, "-n", limit, *(["--newest"] if newest else []), "-o", "csv", "--columns", "id", "--no-headers").output.split()
        if lines != [name_of(i) for _, i in found]:
            self.wrong("ls: text and JSON differ", f"{lines}, {found}")
        self.look_summary(options, chosen)
        options, chosen = self.filter()
        result = self.run("dlq", "export", *options)
        exported = {(raw(l["stream"]), id_of(l["id"])): l for l in result.lines()}
        if set(exported) != set(chosen) or result.status != 0:
            self.wrong("export is not what matches", f"{options}: {sorted(exported)}, true {sorted(chosen)}, status {result.status}")
        for key in set(exported) & set(chosen):
            self.check_item(exported[key], chosen[key], f"export {key}")
        if chosen:
            key = self.random.choice(sorted(chosen))
            result = self.run("dlq", "show", name_of(key[1]), "-o", "json")
            right = {k for k in self.letters if k[1] == key[1]}
            shown = {(raw(i["stream"]), id_of(i["id"])): i for i in (result.document() or {"items": []})["items"]}
            if set(shown) != right or result.status != 0:
                self.wrong("show shows others", f"{key}: {sorted(shown)}, {result}")
            for k in set(shown) & right:
                self.check_item(shown[k], self.letters[k], f"show {k}")
        if self.everything() != before:
            self.wrong("looking has changed something", str(options))

    def look_summary(self, options, chosen):
        depth = self.random.choice([0, 2, len(chosen)])
        result = self.run("dlq", "summary", *options, "--max-depth", depth, "-o", "json")
        document = result.document()
        if document is None:
            return self.wrong("summary fails", str(result))
        if result.status != (1 if len(chosen) > depth else 0):
            self.wrong("summary: status", f"{result.status}, {len(chosen)} of at most {depth}")
        truth = {}
        for (stream, identifier), letter in chosen.items():
            truth.setdefault((stream, (letter.reason or b"").split(b":")[0] if letter.shape else None), []).append((identifier, letter))
        given = {}
        for item in document["items"]:
            given[raw(item["stream"]), raw(item["reason"])] = item
        for key, found in truth.items():
            if key[1] is None:
                continue
            item = given.get(key)
            # A letter of no shape may have the same reason.
            if item is None or any(k[0] == key[0] and k[1] is None for k in truth):
                if item is None:
                    self.wrong("summary: a reason is missing", str(key))
                continue
            right = [len(found), name_of(min(f[0] for f in found)), name_of(max(f[0] for f in found)), sum(f[1].goes(False) for f in found),
                     *(sum(f[1].signature == s for f in found) for s in ("valid", "invalid", "unsigned"))]
            if [item[k] for k in ("count", "oldest_id", "newest_id", "replayable", "valid", "invalid", "unsigned")] != right:
                self.wrong("summary: a line is wrong", f"{item}, true {right}")
        if sum(i["count"] for i in document["items"]) != len(chosen) or document["summary"]["count"] != len(chosen):
            self.wrong("summary: count", f"{document['summary']}, true {len(chosen)}")


def play(round_):
    game = Look(round_, "look")
    game.look()
    return game.violations


if __name__ == "__main__":
    soak(__doc__, play, lambda server, tool, options: Proxy(server.path))
