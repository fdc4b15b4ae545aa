"""Times xlen beside redis-cli -c on a cluster. Arguments: port, program, rounds."""
import statistics
import subprocess
import sys
import time

port, program, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
streams = [
    "audit.events", "audit.events.dlq", "policy.invalidate", "sessions.revoke", "keys.invalidate",
    "agents.lifecycle", "invocations.lifecycle", "delegations.invalidate", "providers.ratelimit",
]
client = ["redis-cli", "-c", "-p", port]
lines = "".join(f"XLEN caracal.{name}\n" for name in streams)


def one_process():
    subprocess.run(client, input=lines, stdout=subprocess.DEVNULL, text=True, check=True)


def nine_processes():
    for name in streams:
        subprocess.run(client + ["XLEN", "caracal." + name], stdout=subprocess.DEVNULL, check=True)


def ours():
    subprocess.run([program, "xlen"], stdout=subprocess.DEVNULL, check=True)


def seconds(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


ways = {"caracalctl xlen": ours, "redis-cli -c, fed all nine": one_process, "redis-cli -c, nine times": nine_processes}
taken = {name: [] for name in ways}
for _ in range(rounds):
    for name, run in ways.items():
        taken[name].append(seconds(run))
medians = {name: statistics.median(values) for name, values in taken.items()}
for name, median in medians.items():
    print(f"{name:28} {median * 1000:7.2f} ms  {medians['caracalctl xlen'] / median:5.2f} of it")
