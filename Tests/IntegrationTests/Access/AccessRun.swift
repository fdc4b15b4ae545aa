import RedisSandbox
import TestSupport

/// One command line, who must be able to run it, and what the server holds before.
struct AccessRun: Sendable {
    enum Connection: Sendable {
        case direct
        /// The reply to XADD is lost, and the connection with it.
        case lost
        /// XADD never arrives, and the server does not learn that the connection was given up.
        case held
    }

    let line: String
    let roles: [String]
    var connection = Connection.direct
    var preparations: [String] = []
    /// What it reads from its standard input.
    var input = ""
    /// Whether it needs what only servers from 7.2 on have.
    var isNew = false

    /// Whether it is run on a version. What waits until its time is up is the same on all: the oldest and the newest stand for them.
    func isFor(_ binary: RedisBinary) -> Bool {
        (!isNew || binary.knowsWAITAOF) && (connection != .held || [.v6_2, .v8_2].contains(binary))
    }

    var arguments: [String] { line.split(separator: " ").map(String.init) }

    private static let readers = ["observer", "operator"]
    private static let everybody = ["observer", "operator", "provisioner"]

    /// Every command, in the forms that send something of their own.
    static let all = [
        AccessRun(line: "xlen --dead", roles: readers),
        AccessRun(
            line: "provision --check keys.invalidate",
            roles: everybody,
            preparations: ["DEL caracal.keys.invalidate", "SET caracal.keys.invalidate 1"]
        ),
        AccessRun(line: "provision --check", roles: everybody),
        AccessRun(line: "provision --dry-run", roles: everybody),
        AccessRun(line: "env --connect", roles: everybody),
        AccessRun(line: "pending", roles: readers),
        AccessRun(line: "pending audit.events audit-ingestor --all", roles: readers),
        AccessRun(line: "memory", roles: readers),
        AccessRun(line: "verify-sig --all", roles: readers),
        AccessRun(line: "check", roles: readers),
        AccessRun(line: "doctor --skip acl-rights", roles: readers),
        AccessRun(line: "tail audit.events --from 1-0 --no-follow", roles: readers),
        AccessRun(line: "tail audit.events --no-follow", roles: readers),
        AccessRun(line: "get audit.events 1-1", roles: readers),
        AccessRun(line: "trace 1-1", roles: readers),
        AccessRun(line: "dlq", roles: readers),
        AccessRun(line: "dlq ls", roles: readers),
        AccessRun(line: "dlq show 2000-1", roles: readers),
        AccessRun(line: "dlq export", roles: readers),
        AccessRun(line: "dlq redrive --dry-run", roles: readers),
        AccessRun(line: "claim audit.events audit-ingestor --to c2 --min-idle 0s --dry-run", roles: readers),
        AccessRun(line: "ack audit.events audit-ingestor 1-1 --dry-run", roles: readers),
        AccessRun(line: "trim audit.events --dry-run", roles: readers),
        AccessRun(line: "trim policy.invalidate --dry-run", roles: readers, isNew: true),
        AccessRun(line: "watch -o ndjson --interval 100ms --count 2", roles: readers),
        AccessRun(line: "shell", roles: readers, input: "xlen --dead\npending\n"),
        AccessRun(line: "raw XLEN caracal.audit.events", roles: readers),
        AccessRun(line: publish, roles: ["operator"]),
        AccessRun(line: publish, roles: ["operator"], connection: .lost),
        AccessRun(line: publish + " --timeout 5s", roles: ["operator"], connection: .held),
        AccessRun(line: publish + " --wait-aof", roles: ["operator"], isNew: true),
        AccessRun(line: "claim audit.events audit-ingestor --to c2 --min-idle 0s --yes", roles: ["operator"]),
        AccessRun(line: "ack audit.events audit-ingestor 1-1 --yes", roles: ["operator"]),
        AccessRun(line: "trim policy.invalidate --yes", roles: ["operator"]),
        AccessRun(line: "group ls", roles: readers),
        AccessRun(line: "consumer ls", roles: readers),
        AccessRun(line: "group seek audit.events siem-export --to end --dry-run", roles: readers),
        AccessRun(line: "group create audit.events more --at 0 --yes", roles: ["operator"]),
        AccessRun(line: "group seek audit.events siem-export --to end --yes", roles: ["operator"]),
        AccessRun(line: "group rm audit.events siem-export --force --yes", roles: ["operator"]),
        AccessRun(line: prune, roles: ["operator"], preparations: idleConsumer),
        AccessRun(line: "dlq redrive --yes", roles: ["operator"]),
        AccessRun(line: "dlq purge --exported \(exported) --yes", roles: ["operator"]),
        AccessRun(
            line: "provision",
            roles: ["provisioner"],
            preparations: ["DEL caracal.keys.invalidate", "DEL caracal.providers.ratelimit"]
        ),
    ]

    private static let prune = "consumer prune audit.events audit-ingestor --idle 0s --yes"
    /// One that holds nothing: before 7.0 only reading makes one.
    private static let idleConsumer = ["XREADGROUP GROUP audit-ingestor c9 STREAMS caracal.audit.events 0"]

    /// Stands for a file of all dead letters.
    static let exported = "EXPORTED"

    private static let publish = "publish sessions.revoke zone_id=z session_id=s outbox_id=m-1"
}
