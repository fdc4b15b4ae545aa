"""What the random models share: a small client, private servers, a proxy that acts between two requests, and runs of the tool."""
import argparse
import json
import os
import pty
import random
import re
import select
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STREAMS_KEY, AUDIT_KEY = "22" * 32, "77" * 32


class Refusal(Exception):
    """An error reply."""


def encode(parts):
    parts = [part if isinstance(part, bytes) else str(part).encode() for part in parts]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)


class Client:
    """As much of a Redis client as this needs. Replies are bytes, integers, lists and None; a refusal is raised."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")

    def __call__(self, *parts):
        reply = self.pipeline([parts])[0]
        if isinstance(reply, Refusal):
            raise reply
        return reply

    def pipeline(self, commands):
        self.socket.sendall(b"".join(encode(command) for command in commands))
        return [self.reply() for _ in commands]

    def reply(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("closed")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            return Refusal(rest.decode("utf-8", "replace"))
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else (self.file.read(int(rest)), self.file.read(2))[0]
        if kind == b"*":
            return None if rest == b"-1" else [self.reply() for _ in range(int(rest))]
        return rest

    def close(self):
        self.file.close()
        self.socket.close()


class Server:
    """A private server on a socket in a folder of its own."""

    def __init__(self, program, options=()):
        self.program, self.options = os.path.abspath(program), list(options)
        self.folder = tempfile.mkdtemp(prefix="soak-")
        self.path = os.path.join(self.folder, "redis.sock")
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [self.program, "--port", "0", "--unixsocket", self.path, "--dir", self.folder, "--save", "", *self.options],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while True:
            try:
                self.client = Client(self.path)
                if self.client("PING") == b"PONG":
                    break
            except (OSError, Refusal):
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise RuntimeError(f"{self.program} does not start")
                time.sleep(0.02)
        info = dict(line.split(":", 1) for line in self.client("INFO", "server").decode().split("\r\n") if ":" in line)
        self.version = tuple(int(part) for part in info["redis_version"].split(".")[:2])
        self.name = "valkey " + info["valkey_version"] if "valkey_version" in info else "redis " + info["redis_version"]
        self.valkey = "valkey_version" in info

    def halt(self):
        self.process.kill()
        self.process.wait()
        if os.path.exists(self.path):
            os.unlink(self.path)

    def stop(self):
        self.halt()
        shutil.rmtree(self.folder)


def read_frame(file):
    """The bytes of one RESP frame."""
    line = file.readline()
    if not line.endswith(b"\r\n"):
        raise ConnectionError("closed")
    kind, rest = line[:1], line[1:-2]
    if kind in b"$=!" and rest != b"-1":
        body = file.read(int(rest) + 2)
        if len(body) < int(rest) + 2:
            raise ConnectionError("closed")
        return line + body
    if kind in b"*~>%|" and rest != b"-1":
        parts = [read_frame(file) for _ in range(int(rest) * (2 if kind in b"%|" else 1))]
        return line + b"".join(parts) + (read_frame(file) if kind == b"|" else b"")
    return line


def parts_of(frame):
    """The arguments of a request."""
    parts, position = [], frame.index(b"\r\n") + 2
    while position < len(frame):
        end = frame.index(b"\r\n", position)
        length = int(frame[position + 1:end])
        parts.append(frame[end + 2:end + 2 + length])
        position = end + 4 + length
    return parts


def short(parts, limit=160):
    """A request as one line for people."""
    words = []
    for part in parts:
        text = part.decode("utf-8", "backslashreplace") if isinstance(part, bytes) else str(part)
        text = text.replace("\n", " ")
        words.append(text if len(text) <= 60 else text[:57] + "...")
    line = " ".join(words)
    return line if len(line) <= limit else line[:limit - 3] + "..."


class Proxy:
    """Stands between the tool and the server, and hands on one request at a time.

    `step(number, parts)` is called before each request, and says what becomes of it: "pass"; "drop", the connection closes and
    the server gets nothing; "half", the server gets half of it and the connection closes; "cut", the server carries it out and
    the connection closes; "late", the connection closes, and the server gets it and what follows only some requests later,
    unless it has closed that connection by then; "swallow", neither its reply nor any further one comes; "slow", a little later.
    `done(number, parts, reply)` is called after the server has replied, before the tool has the reply.
    """

    def __init__(self, target):
        self.target = target
        self.folder = tempfile.mkdtemp(prefix="soak-")
        self.path = os.path.join(self.folder, "proxy.sock")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(64)
        self.lock = threading.RLock()
        self.number = 0
        self.held, self.patience = [], 0
        self.open = set()
        self.step = lambda number, parts: "pass"
        self.done = lambda number, parts, reply: None
        self.failure = None
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer):
        server = socket.socket(socket.AF_UNIX)
        server.settimeout(60)
        keep = mute = False
        try:
            server.connect(self.target)
            self.open |= {peer, server}
            threading.Thread(target=self.watch, args=(peer, server), daemon=True).start()
            requests, replies = peer.makefile("rb"), server.makefile("rb")
            while True:
                frame = read_frame(requests)
                with self.lock:
                    fate = self.hand_on(frame, peer, server, replies, mute)
                mute = mute or fate == "swallow"
                if fate == "late":
                    keep = True
                    self.gather(peer, requests, server)
                if fate not in ("pass", "slow", "swallow"):
                    return
        except (OSError, ValueError):
            pass
        except Exception as failure:  # A model that fails is a failure of the round, whichever thread it happens in.
            self.failure = self.failure or failure
        finally:
            for end in (peer,) if keep else (peer, server):
                self.close(end)

    def gather(self, peer, requests, server):
        """Takes along what the tool has sent by now, to be late as well."""
        peer.settimeout(0.05)
        try:
            while len(self.held) < 20:
                frame = read_frame(requests)
                with self.lock:
                    self.held.append((server, frame, parts_of(frame)))
        except (OSError, ValueError):
            pass

    def watch(self, peer, server):
        """Closes the tool's side once the server has closed its own."""
        poll = select.poll()
        try:
            poll.register(server.fileno(), select.POLLRDHUP | select.POLLHUP)
            poll.poll(60_000)
        except (OSError, ValueError):
            pass
        self.close(peer)

    def close(self, end):
        self.open.discard(end)
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        end.close()

    def hand_on(self, frame, peer, server, replies, mute):
        parts = parts_of(frame)
        self.number += 1
        fate = self.step(self.number, parts)
        if fate == "drop":
            return fate
        if fate == "half":
            server.sendall(frame[:len(frame) // 2])
            return fate
        if fate == "late":
            self.held.append((server, frame, parts))
            return fate
        if fate == "slow":
            time.sleep(0.02)
        number = self.number
        server.sendall(frame)
        reply = read_frame(replies)
        self.done(number, parts, reply)
        if fate in ("pass", "slow"):
            if not mute:
                peer.sendall(reply)
            self.patience -= 1
            if self.held and self.patience < 0:
                self.release()
        return fate

    def release(self):
        """Gives the server what comes late."""
        held, self.held = self.held, []
        for server, frame, parts in held:
            try:
                server.sendall(frame)
                reply = read_frame(server.makefile("rb"))
                self.done(self.number, parts, reply)
            except (OSError, ValueError):
                pass
        for server in {server for server, _, _ in held}:
            self.close(server)

    def reset(self):
        """Between two runs: nothing is held, nothing is open, and all passes."""
        with self.lock:
            self.release()
            for end in list(self.open):
                self.close(end)
            self.number, self.failure = 0, None
            self.step = lambda number, parts: "pass"
            self.done = lambda number, parts, reply: None

    def stop(self):
        self.listener.close()
        for end in list(self.open):
            self.close(end)
        shutil.rmtree(self.folder)


class Result:
    """How a run of the tool ended."""

    def __init__(self, arguments, status, output, errors):
        self.arguments, self.status, self.output, self.errors = arguments, status, output, errors

    def document(self):
        try:
            return json.loads(self.output)
        except ValueError:
            return None

    def lines(self):
        return [json.loads(line) for line in self.output.splitlines() if line.startswith("{")]

    def words(self):
        """What it says besides its figures: on stderr, as text or as JSON, and as the warnings of its document."""
        document = self.document()
        words = [warning["message"] for warning in document.get("warnings", [])] if isinstance(document, dict) else []
        for line in self.errors.splitlines():
            try:
                words += [part["message"] for part in json.loads(line).values()]
            except (ValueError, AttributeError, TypeError, KeyError):
                words.append(line)
        return "\n".join(words)

    def commands(self, name):
        """The commands that it prints and that begin with `name`, as arguments."""
        found = re.findall(f"caracalctl {name}((?: (?:'[^'\n]*'|[^ \n;,()'])+)*)", self.words())
        return [shlex.split(name + rest) for rest in found]

    def __str__(self):
        return f"{' '.join(self.arguments)}: status {self.status}\n  stdout: {self.output[-1500:]!r}\n  stderr: {self.errors[-1500:]!r}"


def heed_signals():
    """In a child: signals do what they do by default, also where the model's own shell ignores them."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


class Tool:
    """The binary, with an environment of its own."""

    def __init__(self, path):
        self.path = os.path.abspath(path)
        self.folder = tempfile.mkdtemp(prefix="soak-")

    def environment(self, socket_path):
        return {"PATH": os.environ["PATH"], "HOME": self.folder, "TMPDIR": self.folder, "REDIS_URL": "unix://" + socket_path,
                "STREAMS_HMAC_KEY": STREAMS_KEY, "AUDIT_HMAC_KEY": AUDIT_KEY, "TERM": "dumb",
                # SIGQUIT is a signal like the others, and not a reason to draw a backtrace, which can wait for ever.
                "SWIFT_BACKTRACE": "enable=no"}

    def run(self, socket_path, *arguments, timeout=120):
        arguments = [str(argument) for argument in arguments]
        done = subprocess.run([self.path, *arguments], env=self.environment(socket_path), cwd=self.folder, timeout=timeout,
                              stdin=subprocess.DEVNULL, capture_output=True)
        return Result(arguments, done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))

    def start(self, socket_path, *arguments, stdin=subprocess.DEVNULL):
        """Runs it beside the model."""
        return subprocess.Popen([self.path, *map(str, arguments)], env=self.environment(socket_path), cwd=self.folder,
                                stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=heed_signals)

    def ask(self, socket_path, *arguments, at_question, answer="y", timeout=60):
        """Runs it on a terminal, calls `at_question` with the process while the question waits, and answers if that returns True."""
        arguments = [str(argument) for argument in arguments]
        master, slave = pty.openpty()
        # The report goes to a pipe, so that it can be read as JSON; the question goes to the terminal.
        reading, writing = os.pipe()
        process = subprocess.Popen([self.path, *arguments], env=self.environment(socket_path), cwd=self.folder, stdin=slave,
                                   stdout=writing, stderr=slave, start_new_session=True, preexec_fn=heed_signals)
        os.close(slave)
        os.close(writing)
        shown, output, asked, deadline = b"", b"", False, time.monotonic() + timeout
        ends = [master, reading]
        while ends and time.monotonic() < deadline:
            ready, _, _ = select.select(ends, [], [], 1)
            for end in ready:
                try:
                    data = os.read(end, 65536)
                except OSError:
                    data = b""
                if not data:
                    ends.remove(end)
                elif end == master:
                    shown += data
                else:
                    output += data
            if not asked and (b"[y/N]" in shown or b"(y/N)" in shown or b"yes/no" in shown):
                asked = True
                if at_question(process):
                    os.write(master, answer.encode() + b"\n")
            if process.poll() is not None and not ready:
                break
        if process.poll() is None and time.monotonic() >= deadline:
            process.kill()
        process.wait()
        os.close(master)
        os.close(reading)
        result = Result(arguments, process.returncode, output.decode("utf-8", "replace"), shown.decode("utf-8", "replace"))
        result.asked = asked
        return result

    def stop(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def text(value):
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value


def id_of(value):
    milliseconds, _, sequence = text(value).partition("-")
    return int(milliseconds), int(sequence or 0)


def name_of(identifier):
    return f"{identifier[0]}-{identifier[1]}"


def pairs(reply):
    return {text(name): value for name, value in zip(reply[::2], reply[1::2])}


def entries(client, stream):
    """All entries by id, each as its list of fields."""
    try:
        return {id_of(identifier): fields for identifier, fields in client("XRANGE", stream, "-", "+")}
    except Refusal:
        return {}


def groups(client, stream):
    """All groups by name: their position, and their pending entries as {id: (consumer, deliveries, idle)}."""
    try:
        found = [pairs(group) for group in client("XINFO", "GROUPS", stream)]
    except Refusal:
        return {}
    result = {}
    for group in found:
        pending = client("XPENDING", stream, group["name"], "-", "+", 1_000_000)
        result[group["name"]] = (id_of(group["last-delivered-id"]),
                                 {id_of(p[0]): (p[1], p[3], p[2]) for p in pending})
    return result


def programs():
    """The servers that are there: those of Scripts/fetch-servers, and the system's."""
    known = [os.path.join(ROOT, ".build-servers", name) for name in
             ("redis-6.2/redis-server", "redis-8.2/redis-server", "valkey-9.1/valkey-server")]
    system = shutil.which("redis-server")
    return [path for path in known + [system] if path and os.path.exists(path)]


def default_tool():
    for kind in ("debug", "release"):
        path = os.path.join(ROOT, ".build", kind, "caracalctl")
        if os.path.exists(path):
            return path
    return "caracalctl"


def soak(description, play, setup=lambda server, tool, options: None):
    """Plays seeded rounds on each server, prints what was violated and a line of figures, and ends with 1 if something was.

    `play(round)` returns the violations of a round, each a pair of its kind and what happened.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("tool", nargs="?", default=default_tool(), help="the binary")
    parser.add_argument("servers", nargs="*", help="redis-server and valkey-server programs (default: all that are there)")
    parser.add_argument("--seed", type=int, help="the first round's; each further round has the next (default: by the clock)")
    parser.add_argument("--rounds", type=int, help="on each server (default: 50, or as many as --seconds allows)")
    parser.add_argument("--seconds", type=float, help="for all servers together")
    parser.add_argument("--show", type=int, default=3, help="show the history of so many violations of a kind (default: 3)")
    parser.add_argument("--all", action="store_true", help="show the history of other streams too")
    parser.add_argument("--shrink", action="store_true", help="groups.py, agree.py: find the shortest history of a round's first violation")
    parser.add_argument("--only", help="play this scenario only")
    options = parser.parse_args()
    options.counts = {}
    tool = Tool(options.tool)
    first = options.seed if options.seed is not None else int(time.time())
    names = options.servers or programs()
    most = options.rounds or (50 if options.seconds is None else 1 << 60)
    figures, total, rounds, start = {}, 0, 0, time.monotonic()
    try:
        for index, program in enumerate(names):
            server = Server(program)
            try:
                state = setup(server, tool, options)
                until = None if options.seconds is None else start + options.seconds * (index + 1) / len(names)
                # Each server has rounds of its own.
                seed = begin = first + index * 1_000_000
                while seed < begin + most and (until is None or time.monotonic() < until):
                    game = Round(seed, server, tool, options, state)
                    try:
                        violations = play(game)
                    except (subprocess.TimeoutExpired, ConnectionError, socket.timeout) as failure:
                        violations = [("hangs or crashes", repr(failure))]
                    for kind, what in violations:
                        total += 1
                        key = (kind, server.name)
                        figures[key] = figures.get(key, 0) + 1
                        if figures[key] <= options.show:
                            print(f"VIOLATION {kind}: {server.name}\n  again: {sys.argv[0]} {options.tool} {program} --rounds 1 --seed {seed}"
                                  f"{' --only ' + options.only if options.only else ''}\n  {what}")
                            about = [word.rstrip(":") for word in what.split() if word.startswith("caracal.")]
                            for line in game.history:
                                if options.all or not about or about[0] in line or "caracal." not in line:
                                    print("    " + line)
                            sys.stdout.flush()
                    rounds += 1
                    seed += 1
                if hasattr(state, "stop"):
                    state.stop()
            finally:
                server.stop()
    finally:
        tool.stop()
    if options.counts:
        print(", ".join(f"{what} {count:,}" for what, count in sorted(options.counts.items())))
    for (kind, server), count in sorted(figures.items()):
        print(f"{count:6}  {kind}  ({server})")
    print(f"{os.path.basename(sys.argv[0])}: {rounds} rounds on {len(names)} servers, seed {first}, {total} violations, "
          f"{time.monotonic() - start:.0f} s")
    sys.exit(1 if total else 0)


class Round:
    """One seeded game: its random numbers, its server, and what has happened."""

    def __init__(self, seed, server, tool, options, state):
        self.seed, self.server, self.tool, self.options, self.state = seed, server, tool, options, state
        self.random = random.Random(seed)
        self.history = []

    def count(self, what, number=1):
        """Adds to a figure of the last line."""
        self.options.counts[what] = self.options.counts.get(what, 0) + number

    def say(self, line):
        self.history.append(line)

    def do(self, *parts):
        """A command of somebody else; returns the reply, or the refusal."""
        try:
            reply = self.server.client(*parts)
        except Refusal as refusal:
            reply = refusal
        self.say(f"{short(parts)}  ->  {short([reply]) if not isinstance(reply, list) else f'{len(reply)} elements'}")
        return reply
