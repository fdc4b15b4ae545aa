/// What other tools call what there is here: kubectl, nats, rpk, redis-cli, psql, gh, docker, git.
///
/// What a name stands for is offered only where it exists: a synonym of an option, where the command has it.
enum Synonyms {
    /// The command lines that a command of another tool stands for, at the root (nil) or below a command.
    static func commands(below group: String?) -> [String: [String]] {
        switch group {
        case nil: root
        case "dlq": deadLetters
        case "context": contexts
        case "group": groups
        case "consumer": consumers
        default: listing
        }
    }

    private static let root: [String: [String]] = [
        "ls": ["xlen"], "list": ["xlen"], "streams": ["xlen"], "stream": ["xlen"], "topic": ["xlen"],
        "topics": ["xlen"], "queue": ["xlen"], "queues": ["xlen"], "len": ["xlen"], "length": ["xlen"],
        "size": ["xlen", "memory"], "count": ["xlen"], "keys": ["xlen"],
        "describe": ["doctor", "pending"], "show": ["get", "pending"], "fetch": ["get"], "entry": ["get"],
        "peek": ["get"],
        "groups": ["group"], "consumers": ["consumer"], "cg": ["group"], "xgroup": ["group"],
        "setid": ["group seek"], "seek": ["group seek"], "rewind": ["group seek"], "offset": ["group seek"],
        "offsets": ["group ls"], "delconsumer": ["consumer rm"],
        "lag": ["pending"], "backlog": ["pending"], "unacked": ["pending"], "ps": ["pending"],
        "info": ["doctor", "raw INFO"], "status": ["doctor", "check"], "health": ["doctor", "check"],
        "diagnose": ["doctor"], "diag": ["doctor"], "lint": ["doctor"], "verify": ["verify-sig", "doctor"],
        "validate": ["doctor", "verify-sig"], "ping": ["check", "raw PING"], "test": ["check", "doctor"],
        "nagios": ["check"], "metrics": ["check -o prometheus"], "prometheus": ["check -o prometheus"],
        "top": ["watch"], "monitor": ["watch", "tail"], "dashboard": ["watch"], "live": ["watch"], "stats": ["watch"],
        "stat": ["watch"], "plot": ["report"], "plots": ["report"], "graph": ["report"], "record": ["report --record"],
        "postmortem": ["report"], "post-mortem": ["report"],
        "log": ["tail"], "logs": ["tail"], "follow": ["tail"], "consume": ["tail"], "sub": ["tail"],
        "subscribe": ["tail"], "read": ["tail"], "view": ["tail"], "cat": ["tail"], "events": ["tail"],
        "xread": ["tail"], "xrange": ["tail"], "search": ["find"], "grep": ["find"], "filter": ["find"],
        "query": ["find"], "select": ["find"], "lookup": ["find", "trace"], "where-is": ["trace"], "whereis": ["trace"],
        "history": ["trace"], "track": ["trace"],
        "pub": ["publish"], "produce": ["publish"], "send": ["publish"], "emit": ["publish"], "add": ["publish"],
        "put": ["publish"], "xadd": ["publish"], "import": ["publish --ndjson"], "load": ["publish --ndjson"],
        "create": ["provision"], "init": ["provision"], "setup": ["provision"], "apply": ["provision"],
        "up": ["provision"], "migrate": ["provision"], "install": ["provision"], "sync": ["provision"],
        "diff": ["provision --check"], "plan": ["provision --dry-run"],
        "rm": ["trim", "dlq purge"], "delete": ["trim", "dlq purge"], "remove": ["trim", "dlq purge"],
        "del": ["trim", "dlq purge"], "purge": ["dlq purge", "trim"], "clean": ["trim", "dlq purge"],
        "truncate": ["trim"], "xtrim": ["trim"], "prune": ["consumer prune", "group prune", "trim"],
        "retention": ["trim"],
        "xack": ["ack"], "acknowledge": ["ack"], "reset": ["group seek"],
        "xclaim": ["claim"], "xautoclaim": ["claim"], "reassign": ["claim"], "takeover": ["claim"],
        "xpending": ["pending"],
        "dead": ["dlq"], "deadletter": ["dlq"], "deadletters": ["dlq"], "dead-letter": ["dlq"],
        "dead-letters": ["dlq"], "dl": ["dlq"], "errors": ["dlq", "doctor"], "failed": ["dlq"],
        "failures": ["dlq", "doctor"], "replay": ["dlq redrive"], "retry": ["dlq redrive"],
        "requeue": ["dlq redrive", "outbox requeue"], "unlock": ["outbox unlock"], "postgres": ["outbox"],
        "pg": ["outbox"], "rows": ["outbox ls"], "event_outbox": ["outbox"], "caracal_outbox": ["outbox"],
        "export": ["dlq export"], "dump": ["dlq export"], "backup": ["dlq export"],
        "topic produce": ["publish"], "topic consume": ["tail"], "topic create": ["provision"],
        "topic delete": ["trim"], "stream add": ["provision"], "stream create": ["provision"], "stream rm": ["trim"],
        "stream purge": ["trim"], "stream view": ["tail"], "stream get": ["tail"],
        "server ping": ["check", "raw PING"],
        "server info": ["doctor", "raw INFO"], "server report": ["report"], "cluster info": ["doctor"],
        "cluster health": ["doctor", "check"], "config get-contexts": ["context ls"],
        "config use-context": ["context use"], "config current-context": ["context show"],
        "config set-context": ["context add"], "config view": ["context show", "env"], "config list": ["env"],
        "explain": ["doctor --explain"], "inspect": ["doctor", "pending"], "rtt": ["check"], "account": ["env"],
        "edit": ["context"], "cheat": ["help"],
        "mem": ["memory"], "usage": ["memory"], "du": ["memory"], "free": ["memory"], "disk": ["memory"],
        "sign": ["publish --dry-run"], "signature": ["verify-sig"], "sig": ["verify-sig"],
        "config": ["context", "env"], "configuration": ["env"], "settings": ["env"], "whoami": ["env"],
        "profile": ["context"], "ctx": ["context"], "contexts": ["context"], "use": ["context use"],
        "login": ["context add"], "connect": ["shell", "env --connect"], "auth": ["env", "context"],
        "cli": ["shell"], "repl": ["shell"], "console": ["shell"], "exec": ["raw", "shell"], "run": ["raw", "sandbox"],
        "redis": ["raw"], "redis-cli": ["raw", "shell"], "cmd": ["raw"], "command": ["raw"], "api": ["raw"],
        "server": ["doctor", "sandbox"], "start": ["sandbox"], "dev": ["sandbox"], "demo": ["sandbox"],
        "local": ["sandbox"],
        "completions": ["completion"], "autocomplete": ["completion"], "man": ["help"], "docs": ["help"],
        "manual": ["help"], "?": ["help"], "commands": ["help"], "ver": ["version"], "about": ["version"],
    ]

    private static let listing: [String: [String]] = [
        "list": ["ls"], "get": ["show", "ls"], "describe": ["show"], "view": ["show"], "delete": ["rm"],
        "remove": ["rm"], "del": ["rm"], "create": ["add"], "new": ["add"],
    ]

    private static let groups = listing.merging([
        "show": ["ls"], "get": ["ls"], "describe": ["ls"], "view": ["ls"], "create": ["create"], "add": ["create"],
        "new": ["create"], "destroy": ["rm"], "drop": ["rm"], "reset": ["seek"], "setid": ["seek"], "move": ["seek"],
        "set": ["seek"], "rewind": ["seek"], "offset": ["seek"], "reset-offsets": ["seek"], "offset-delete": ["rm"],
        "clean": ["prune"], "cleanup": ["prune"], "gc": ["prune"],
    ]) { $1 }

    private static let consumers = listing.merging([
        "show": ["ls"], "get": ["ls"], "describe": ["ls"], "view": ["ls"], "info": ["ls"], "drop": ["rm"],
        "delconsumer": ["rm"], "clean": ["prune"], "cleanup": ["prune"], "gc": ["prune"],
    ]) { $1 }

    private static let deadLetters = listing.merging([
        "list": ["ls"], "tail": ["ls"], "cat": ["show"], "inspect": ["show"], "count": ["summary"],
        "stats": ["summary"], "status": ["summary"], "info": ["summary"], "reasons": ["summary"],
        "rm": ["purge"], "delete": ["purge"], "remove": ["purge"], "del": ["purge"], "drop": ["purge"],
        "clear": ["purge"], "empty": ["purge"], "trim": ["purge"], "ack": ["purge"], "prune": ["purge"],
        "replay": ["redrive"], "retry": ["redrive"], "requeue": ["redrive"], "resend": ["redrive"],
        "republish": ["redrive"], "reprocess": ["redrive"], "restore": ["redrive"], "move": ["redrive"],
        "dump": ["export"], "save": ["export"], "backup": ["export"], "download": ["export"],
    ]) { $1 }

    private static let contexts = listing.merging([
        "current": ["show"], "current-context": ["show"], "get-contexts": ["ls"], "switch": ["use"],
        "select": ["use"], "set": ["add", "use"], "use-context": ["use"], "edit": ["add"], "save": ["add"],
        "mv": ["rename"], "unset": ["use --none"], "none": ["use --none"], "clear": ["use --none"],
    ]) { $1 }

    private static let most = ["--limit", "--samples"]
    private static let start = ["--since"]
    private static let end = ["--until"]
    private static let server = ["--url", "--host"]
    private static let secret = ["--password-file", "--ask-password"]
    private static let noQuestion = ["--yes"]

    /// What an option of another tool stands for.
    static let options: [String: [String]] = [
        "--json": ["-o json"], "-j": ["-o json"], "-J": ["-o json"], "--jsonl": ["-o ndjson"],
        "--ndjson": ["-o ndjson"], "--yaml": ["-o json"], "--csv": ["-o csv", "-o json"],
        "--wide": ["-o wide", "-o table"], "-w": ["--lag", "-o wide"], "--table": ["-o table"],
        "--prometheus": ["-o prometheus"],
        "--metrics": ["-o prometheus"], "--format": ["--output"], "--out": ["--output"], "-F": ["--output"],
        "--template": ["--format", "-o json"], "--jq": ["-o json"], "--jsonpath": ["-o json"],
        "--no-color": ["--color=never"],
        "--no-colour": ["--color=never"], "-C": ["--color=always"],
        "--verbose": ["--trace"], "--v": ["--trace"], "-v": ["--trace"], "--debug": ["--trace"],
        "--log-level": ["--trace"],
        "--silent": ["--quiet"], "--short": ["--quiet"], "-s": ["--quiet"], "--no-header": ["--no-headers"],
        "--noheaders": ["--no-headers"], "--sort-by": ["--sort"], "--order-by": ["--sort"], "--fields": ["--columns"],
        "--cols": ["--columns"],
        "--server": server, "--addr": server, "--address": server, "--endpoint": server, "--broker": server,
        "--brokers": server, "--bootstrap-server": server, "--servers": server, "-b": server, "--redis": server,
        "--redis-url": ["--url"], "--uri": ["--url"], "--dsn": ["--url"], "--hostname": ["--host"], "-H": ["--host"],
        "--unix": ["--socket"], "--database": ["--db"], "--username": ["--user"], "-U": ["--user"],
        "--password": secret, "--pass": secret, "--auth": secret, "--pw": secret, "-W": ["--ask-password"],
        "--askpass": ["--ask-password"], "--passfile": ["--password-file"], "--creds": secret, "-d": ["--db"],
        "-L": most, "--state": ["--reason"],
        "--ca": ["--cacert"], "--ca-file": ["--cacert"], "--cafile": ["--cacert"], "--ca-cert": ["--cacert"],
        "--tlsca": ["--cacert"], "--certificate-authority": ["--cacert"], "--tlscert": ["--cert"],
        "--client-certificate": ["--cert"], "--cert-file": ["--cert"], "--tlskey": ["--key"],
        "--client-key": ["--key"], "--key-file": ["--key"], "--ssl": ["--tls"], "--skip-verify": ["--insecure"],
        "--tls-skip-verify": ["--insecure"], "--insecure-skip-tls-verify": ["--insecure"], "-k": ["--insecure"],
        "--servername": ["--sni"], "--profile": ["--context"], "--cluster": ["--context"], "--env": ["--context"],
        "--config": ["--context"], "--kubeconfig": ["--context"], "--namespace": ["--context"],
        "-c": ["--limit", "--lag"],
        "--request-timeout": ["--timeout"], "--wait": ["--timeout"], "--sentinels": ["--sentinel"],
        "--master": ["--master-name"], "--dry": ["--dry-run"], "--dryrun": ["--dry-run"], "--plan": ["--dry-run"],
        "--preview": ["--dry-run"], "--simulate": ["--dry-run"], "--noop": ["--dry-run"],
        "--check": ["--only", "--dry-run"],
        "--what-if": ["--dry-run"],
        "-n": most + ["--dry-run"], "--max": most, "--num": most, "--count": most, "--limit": most, "--size": most,
        "--lines": most, "--head": most, "--first": most, "--tail": most, "--last": most + start, "--top": most,
        "--max-count": most, "--page-size": most, "--from": start, "--after": start, "--start": start, "--begin": start,
        "--newer-than": start, "--offset": start, "--since-time": start, "--start-time": start, "--end-time": end,
        "--to": end, "--before": end, "--end": end,
        "--older-than": end + ["--min-idle"], "--until-time": end,
        "--force": noQuestion, "-f": noQuestion, "--assume-yes": noQuestion, "--no-confirm": noQuestion,
        "--no-prompt": noQuestion, "--non-interactive": noQuestion, "--yes-i-know": noQuestion,
        "--all": ["--dead", "--limit"], "-a": ["--all", "--dead", "--password-file"], "-A": ["--all", "--dead"],
        "--all-namespaces": ["--all"], "--no-stream": ["--no-follow"], "--bigkeys": ["memory"],
        "--memkeys": ["memory"], "--latency": ["check"], "--stat": ["watch"], "--scan": ["raw SCAN"],
        "--filter": ["--where", "--reason"], "--where": ["--reason"], "--selector": ["--where"], "-l": ["--where"],
        "--grep": ["--where"], "--match": ["--where"], "--field": ["--where"], "--field-selector": ["--where"],
        "--query": ["--where"], "--group-by": ["--count-by"], "--reverse": ["--newest"], "-r": ["--newest"],
        "--topic": ["--stream"], "-t": ["--stream"], "--subject": ["--stream"], "--queue": ["--stream"],
        "--consumer-group": ["--group"], "-G": ["--group"], "--idle": ["--min-idle", "--max-idle"],
        "--age": ["--max-age", "--min-idle"], "--deliveries": ["--min-deliveries"], "--retries": ["--min-deliveries"],
        "--period": ["--interval"], "--refresh": ["--interval"], "--every": ["--interval"],
        "-i": ["--interval", "--id"],
        "--delay": ["--interval"], "--iterations": ["--limit"], "--rps": ["--rate"], "--throttle": ["--rate"],
        "--file": ["--ndjson", "--exported", "--offline"], "--input": ["--ndjson", "--offline"],
        "--from-file": ["--ndjson"], "--data": ["--json"], "--body": ["--json"],
        "--output-file": ["--to", "--outfile"],
        "--destination": ["--to"], "--sign": ["--scheme"], "--no-sign": ["--unsigned"], "--maxmemory": ["--max-used"],
        "--max-len": ["--maxlen"], "--warning": ["--lag"], "--critical": ["--lag"], "-V": ["--version"],
        "--usage": ["--help"], "-?": ["--help"],
    ]

    /// What an option before the command stands for, where it is another one behind it.
    static let optionsBeforeCommand: [String: [String]] = ["-n": ["--db", "--context"], "-a": []]

    /// Why there is no such option anywhere, and what to do instead.
    static let reasons: [String: String] = [
        "-a": "nothing secret is given on a command line: --password-file, --ask-password or REDIS_PASSWORD",
        "--pass": "nothing secret is given on a command line: --password-file, --ask-password or REDIS_PASSWORD",
        "--password": "nothing secret is given on a command line: --password-file, --ask-password or REDIS_PASSWORD",
        "--follow": "caracalctl tail follows until Ctrl-C, caracalctl watch shows figures live",
        "-f": "caracalctl tail follows until Ctrl-C, caracalctl watch shows figures live",
        "--fix": "it changes nothing: caracalctl doctor shows how to fix what it finds",
        "--exec": "caracalctl shell takes the lines to run from standard input",
        "--human": "sizes are readable as they are", "--yes": "it asks nothing", "-y": "it asks nothing",
        "--watch": "caracalctl watch shows figures live",
        "-V": "caracalctl version", "--new": "caracalctl tail -n 0 shows only what is added from now on",
        "--all-namespaces": "caracalctl xlen without a name shows every stream", "--no-raw": "leave --raw out",
    ]
}
