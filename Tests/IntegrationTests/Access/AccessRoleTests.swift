import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// The rules of `provision --emit-acl` on real servers: enough, and no more.
@Suite struct AccessRoleTests {
    static let roles = ["observer", "operator", "provisioner"]

    @Test(arguments: RedisBinary.allCases)
    func aRoleRunsItsCommandsToTheEndAndIsRefusedNothing(binary: RedisBinary) throws {
        try withServer(binary, extra: ["appendonly yes"]) { server in
            let bench = try AccessBench(server)
            for run in AccessRun.all where run.isFor(binary) {
                let whole = try bench.run(run, as: nil)
                for role in Self.roles where run.roles.contains(role) {
                    let result = try bench.run(run, as: "caracal-\(role)")
                    let line = "\(run.line) as \(role)"
                    #expect(try bench.refusals() == [], "\(line)")
                    #expect(result.status == whole.status, "\(line): \(result.stderr)")
                    #expect(result.stdout.split(separator: "\n").count == whole.stdout.split(separator: "\n").count)
                    #expect(result.stderr.split(separator: "\n").count == whole.stderr.split(separator: "\n").count)
                    #expect(!(result.stdout + result.stderr).lowercased().contains("not permitted"), "\(line)")
                }
            }
        }
    }

    /// The command that shows what a right is for, where it is not the first of the role.
    static let proofs = [
        "+type": "provision --check keys.invalidate", "+time": "memory", "+scan": "provision --check",
        "+xinfo|groups": "provision --check",
        "+xrange": "dlq ls", "+xrevrange": "tail audit.events --no-follow",
        "+xread": "tail audit.events --from 1-0 --no-follow",
        "+xlen": "check", "+xinfo|consumers": "pending", "+xpending": "pending",
        "+info": "memory", "+config|get": "memory", "+memory|usage": "memory", "+select": "memory",
        "+command|info": "raw XLEN caracal.audit.events",
        "+xclaim": "claim audit.events audit-ingestor --to c2 --min-idle 0s --yes",
        "+xack": "ack audit.events audit-ingestor 1-1 --yes", "+xtrim": "trim policy.invalidate --yes",
        "+xdel": "dlq redrive --yes", "+eval": "dlq redrive --yes",
        "+xgroup|setid": "group seek audit.events siem-export --to end --yes",
        "+xgroup|destroy": "group rm audit.events siem-export --force --yes",
        "+xgroup|delconsumer": "consumer prune audit.events audit-ingestor --idle 0s --yes",
        "+eval_ro": "trim policy.invalidate --dry-run",
    ]
    /// These are sent to clusters, and to servers with replicas: see `ClusterRoleTests`.
    static let elsewhere = ["+cluster|slots", "+cluster|myid", "+asking", "+wait"]
    /// Without these everything works, and the server notes a refusal.
    static let courtesies = ["+client|setname", "+client|setinfo", "+eval_ro"]
    /// How these are named by a plugin, whose line is short, and by doctor, whose checks have fixes of their own.
    static let shortly = [
        "+xlen": "lacks the right to XLEN", "+client|list": "this user may not CLIENT LIST",
        "+slowlog|get": "this user may not SLOWLOG GET",
    ]

    @Test(arguments: RedisBinary.allCases, roles)
    func aRoleHasNoRightThatItsCommandsDoNotNeed(binary: RedisBinary, role: String) throws {
        try withServer(binary, extra: ["appendonly yes"]) { server in
            let bench = try AccessBench(server)
            for right in bench.rights(of: role)
            where !Self.isUnknown(right, to: binary) && !Self.elsewhere.contains(right) {
                let run = try #require(Self.proof(of: right, role), "\(right)")
                let whole = try bench.run(run, as: "caracal-\(role)")
                try bench.makeProbe(role, without: right)
                let result = try bench.run(run, as: "probe")
                #expect(try !bench.refusals().isEmpty, "\(right): \(run.line)")
                if Self.courtesies.contains(right) { continue }
                #expect(result.stdout != whole.stdout || result.stderr != whole.stderr, "\(right): \(run.line)")
                let output = result.stdout + result.stderr
                let isNamed = output.contains("ACL SETUSER probe") && output.contains(right)
                let isShortlyNamed = Self.shortly[right].map(output.contains) ?? false
                #expect(isNamed || isShortlyNamed, "\(right): \(run.line): \(output)")
            }
        }
    }

    private static func proof(of right: String, _ role: String) -> AccessRun? {
        switch right {
        case "+xadd":
            AccessRun.all.first {
                $0.line.hasPrefix(role == "operator" ? "publish" : "provision") && $0.roles == [role]
            }
        case "+xgroup|create":
            AccessRun.all.first {
                $0.line == (role == "operator" ? "group create audit.events more --at 0 --yes" : "provision")
            }
        case "+waitaof": AccessRun.all.first { $0.isNew && $0.line.hasSuffix("--wait-aof") }
        case "+client|list":
            AccessRun.all.first { role == "operator" ? $0.connection == .lost : $0.line.hasPrefix("doctor") }
        case "+slowlog|get": AccessRun.all.first { $0.line.hasPrefix("doctor") }
        case "+client|kill": AccessRun.all.first { $0.connection == .held }
        default: AccessRun.all.first { $0.roles.contains(role) && proofs[right].map($0.line.elementsEqual) ?? true }
        }
    }

    private static func isUnknown(_ right: String, to binary: RedisBinary) -> Bool {
        ["+waitaof", "+client|setinfo", "+eval_ro"].contains(right) && !binary.knowsWAITAOF
    }

    /// A command for each role that it must not be able to run.
    static let forbidden = [
        "observer": [
            "XADD caracal.a * a b", "XDEL caracal.a 1-1", "XTRIM caracal.a MAXLEN 0", "XACK caracal.a g 1-1",
            "XCLAIM caracal.a g c 0 1-1", "XAUTOCLAIM caracal.a g c 0 0", "XREADGROUP GROUP g c STREAMS caracal.a >",
            "XGROUP CREATE caracal.a g 0", "XGROUP SETID caracal.a g 0", "XGROUP DESTROY caracal.a g",
            "XGROUP DELCONSUMER caracal.a g c", "EVAL return 0", "CLIENT KILL ID 1",
        ],
        "operator": [
            "XGROUP CREATECONSUMER caracal.a g c", "XGROUP CREATE other g 0", "XGROUP DESTROY other g",
            "XREADGROUP GROUP g c STREAMS caracal.a >", "XAUTOCLAIM caracal.a g c 0 0", "CLIENT PAUSE 1",
        ],
        "provisioner": [
            "XRANGE caracal.a - +", "XDEL caracal.a 1-1", "XTRIM caracal.a MAXLEN 0", "XGROUP DESTROY caracal.a g",
            "XGROUP SETID caracal.a g 0", "XGROUP DELCONSUMER caracal.a g c",
            "EVAL return 0", "CONFIG GET save", "CLIENT KILL ID 1",
        ],
    ]

    @Test(arguments: RedisBinary.allCases, roles)
    func aRoleCannotDoWhatIsNotItsBusiness(binary: RedisBinary, role: String) throws {
        try withServer(binary) { server in
            let connection = try AccessBench(server).connection(as: "caracal-\(role)")
            let always = [
                "DEL caracal.a", "UNLINK caracal.a", "SET caracal.a 1", "RENAME caracal.a caracal.b", "FLUSHALL",
                "CONFIG SET save 1", "ACL LIST", "KEYS *", "SHUTDOWN", "REPLICAOF NO ONE",
                "XINFO STREAM other", "XADD other * a b", "GET rl:x",
            ]
            for line in always + (Self.forbidden[role] ?? []) {
                let words = line.split(separator: " ").map { Array($0.utf8) }
                let command = Command(String(decoding: words[0], as: UTF8.self), arguments: Array(words.dropFirst()))
                let reply = try connection.pipeline([command])[0]
                #expect(reply.root.error?.code == "NOPERM", "\(line)")
            }
        }
    }
}
