import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// A bus with something wrong, and the check whose fix is to be followed.
struct FixedBus: Sendable, CustomStringConvertible {
    let check: String
    let wreck: [String]
    var extra: [String] = []
    /// What the operator decides: placeholders, and a yes.
    var choices: [(String, String)] = []

    var description: String { "\(check): \(wreck.first ?? extra.first ?? "")" }

    static let all = [
        FixedBus(check: "streams", wreck: ["DEL caracal.keys.invalidate"]),
        FixedBus(
            check: "streams",
            wreck: ["DEL caracal.keys.invalidate", "SET caracal.keys.invalidate x"],
            choices: [("NEWNAME", "aside")]
        ),
        FixedBus(check: "groups", wreck: ["XGROUP DESTROY caracal.keys.invalidate sts-keys"]),
        FixedBus(
            check: "groups",
            wreck: ["XGROUP DESTROY caracal.keys.invalidate sts-keys", "XADD caracal.keys.invalidate 5-1 a b"]
        ),
        FixedBus(
            check: "left-over-groups",
            wreck: [
                "XGROUP CREATE caracal.sessions.revoke gateway-revocation:$(id)';x 0",
                "XGROUP CREATE caracal.sessions.revoke gateway-revocation:h2 0", "XADD caracal.sessions.revoke 5-1 a b",
            ],
            choices: [("group prune", "group prune --yes")]
        ),
        FixedBus(
            check: "skipped-entries",
            wreck: ["XADD caracal.keys.invalidate 5-1 a b", "XGROUP SETID caracal.keys.invalidate sts-keys $"],
            choices: [("group seek", "group seek --yes")]
        ),
        FixedBus(
            check: "skipped-entries",
            wreck: [
                "XGROUP SETID caracal.keys.invalidate sts-keys 9999999999999-0", "XADD caracal.keys.invalidate 5-1 a b",
            ],
            choices: [("group seek", "group seek --yes")]
        ),
        FixedBus(check: "streams", wreck: ["FLUSHALL"]),
        FixedBus(
            check: "streams",
            wreck: [
                "DEL caracal.keys.invalidate caracal.policy.invalidate",
                "XGROUP DESTROY caracal.audit.events siem-export",
                "XADD caracal.audit.events 5-1 a b",
            ]
        ),
        FixedBus(
            check: "stuck-consumers",
            wreck: [
                "XADD caracal.keys.invalidate 5-1 a b", "XADD caracal.keys.invalidate 6-1 a b",
                "XREADGROUP GROUP sts-keys c1 COUNT 1 STREAMS caracal.keys.invalidate >",
                "XREADGROUP GROUP sts-keys c$(id)2 STREAMS caracal.keys.invalidate >",
                "XCLAIM caracal.keys.invalidate sts-keys c1 0 5-1 IDLE 60000",
            ],
            choices: [("--min-idle", "--yes --min-idle")]
        ),
        FixedBus(
            check: "stuck-consumers",
            wreck: [
                "XADD caracal.keys.invalidate 5-1 a b", "XADD caracal.keys.invalidate 6-1 a b",
                "XADD caracal.keys.invalidate 7-1 a b",
                "XREADGROUP GROUP sts-keys c1 COUNT 2 STREAMS caracal.keys.invalidate >",
                "XREADGROUP GROUP sts-keys c2 STREAMS caracal.keys.invalidate >",
                "XACK caracal.keys.invalidate sts-keys 7-1",
                "XCLAIM caracal.keys.invalidate sts-keys c1 0 5-1 6-1 IDLE 60000",
                "XTRIM caracal.keys.invalidate MINID 6-1",
            ],
            choices: [("--min-idle", "--yes --min-idle"), ("--trimmed", "--yes --trimmed")]
        ),
        FixedBus(
            check: "stuck-consumers",
            wreck: [
                "XADD caracal.keys.invalidate 5-1 a b", "XADD caracal.keys.invalidate 6-1 a b",
                "XREADGROUP GROUP sts-keys c1 COUNT 1 STREAMS caracal.keys.invalidate >",
                "XREADGROUP GROUP sts-keys c2 STREAMS caracal.keys.invalidate >",
                "XACK caracal.keys.invalidate sts-keys 6-1",
                "XCLAIM caracal.keys.invalidate sts-keys c1 0 5-1 IDLE 60000",
                "XTRIM caracal.keys.invalidate MINID 6-1",
            ],
            choices: [("--trimmed", "--yes --trimmed")]
        ),
        FixedBus(
            check: "future-ids",
            wreck: ["XADD caracal.providers.ratelimit 18446744073709551615-18446744073709551615 a b"]
        ),
        FixedBus(
            check: "future-ids",
            wreck: ["XADD caracal.providers.ratelimit 99999999999999-1 a b"]
        ),
        FixedBus(check: "maxmemory-policy", wreck: ["CONFIG SET maxmemory-policy allkeys-lru"]),
        FixedBus(check: "appendfsync", wreck: ["CONFIG SET appendfsync no"]),
        FixedBus(check: "appendonly", wreck: ["CONFIG SET appendonly no"]),
        FixedBus(check: "timeout", wreck: ["CONFIG SET timeout 30"]),
        FixedBus(check: "tcp-keepalive", wreck: ["CONFIG SET tcp-keepalive 0"]),
        FixedBus(check: "protected-mode", wreck: ["CONFIG SET protected-mode no"]),
        FixedBus(check: "save", wreck: [], extra: ["save \"\""]),
    ]
}

/// The commands that doctor proposes, followed to the letter on the bus that made it propose them.
@Suite struct DoctorFixTests {
    @Test(arguments: FixedBus.all)
    func aFixMakesTheFindingGoAndLosesNothing(bus: FixedBus) throws {
        try withServer(.v8_2, extra: ["maxmemory 2gb"] + bus.extra) { server in
            #expect(try server.run("provision").status == 0)
            for line in bus.wreck {
                let reply = try server.send(line)[0]
                try #require(reply.root.error == nil, "\(line)")
            }
            let entries = Self.entries(server)
            let before = try Self.fixes(server)
            let fix = try #require(before[bus.check], "nothing is proposed")
            let result = try Self.follow(fix, bus.choices, on: server)
            #expect(result.status == 0, "\(fix): \(result.stdout)\(result.stderr)")
            let after = try Self.fixes(server)
            #expect(after[bus.check] == nil, "\(fix) leaves: \(after[bus.check] ?? "")")
            #expect(Set(after.keys).isSubset(of: Set(before.keys).union(["lag", "consumers"])), "\(after)")
            if bus.check != "future-ids" { #expect(Self.entries(server) == entries) }
        }
    }

    /// A stream with entries, whose group is gone: the fix says how many wait, and the group is given every one of them.
    @Test(arguments: RedisBinary.allCases)
    func aMissingGroupIsMadeAnewInFrontOfWhatWaits(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 2gb"]) { server in
            #expect(try server.run("provision").status == 0)
            try server.send("XGROUP DESTROY caracal.policy.invalidate opa-engine")
            for number in 1...40 { try server.send("XADD caracal.policy.invalidate \(number)-0 zone_id a") }
            let fix = try #require(try Self.fixes(server)["groups"])
            #expect(
                fix == "caracalctl provision policy.invalidate --start 0 "
                    + "# delivers the 40 entries there; without --start 0 they are skipped"
            )
            #expect(try Self.follow(fix, [], on: server).status == 0)
            try server.send("XREADGROUP GROUP opa-engine c COUNT 100 STREAMS caracal.policy.invalidate >")
            let pending = try server.send("XPENDING caracal.policy.invalidate opa-engine")[0]
            #expect(pending.root[0]?.integer == 40)
        }
    }

    /// A consumer whose name cannot be typed is not proposed: the operator has to name one.
    @Test func anHeirWhoseNameIsNoTextIsNotProposed() throws {
        try withServer(.v8_2, extra: ["maxmemory 2gb"]) { server in
            #expect(try server.run("provision").status == 0)
            try server.send("XADD caracal.keys.invalidate 5-1 a b", "XADD caracal.keys.invalidate 6-1 a b")
            try server.send("XREADGROUP GROUP sts-keys c1 COUNT 1 STREAMS caracal.keys.invalidate >")
            let connection = try Connection.open(
                Endpoint(address: .unix(path: server.socketPath)),
                timeouts: Timeouts(connect: .seconds(120), command: .seconds(120))
            )
            let words = ["GROUP", "sts-keys", nil, "STREAMS", "caracal.keys.invalidate", ">"]
            _ = try connection.send(
                Command("XREADGROUP", arguments: words.map { $0.map { Array($0.utf8) } ?? [0x6E, 0xFF] })
            )
            try server.send("XCLAIM caracal.keys.invalidate sts-keys c1 0 5-1 IDLE 60000")
            let fix = try #require(try Self.fixes(server)["stuck-consumers"])
            #expect(fix.hasPrefix("caracalctl claim keys.invalidate sts-keys --to CONSUMER --min-idle 30s"), "\(fix)")
        }
    }

    /// The consumer of the demo that is gone: its entries are handed on, and then its name is removed.
    @Test func aConsumerThatIsGoneIsRelievedAndRemoved() throws {
        let script = """
            fix() {
                caracalctl doctor --only "$1" -o ndjson | python3 -c '
            import json, sys
            print(next((i["fix"] for i in map(json.loads, sys.stdin) if "audit-5c11-old" in i["finding"]), "none"))'
            }
            consumers() { redis-cli -u "$REDIS_URL" XINFO CONSUMERS caracal.audit.events audit-ingestor; }
            first=$(fix stuck-consumers); echo "$first"
            eval "${first/claim/claim --yes}" >/dev/null
            caracalctl ack audit.events audit-ingestor --trimmed --yes >/dev/null; fix stuck-consumers
            second=$(caracalctl doctor --only consumers -o ndjson | python3 -c '
            import json, sys
            print(next(i["fix"] for i in map(json.loads, sys.stdin) if "left over" in i["finding"]))'); echo "$second"
            consumers | grep -c audit-5c11-old; eval "${second/prune/prune --yes}" >/dev/null
            consumers | grep -c audit-5c11-old
            """
        let folder = CommandRunner.caracalctl.dropLast("/caracalctl".count)
        let runner = CommandRunner(environment: ["PATH": "\(folder):\(Environment.current["PATH"] ?? "")"])
        let result = try runner.run([
            "sandbox", "--demo", "--redis-server", RedisBinary.v8_2.path, "--", "bash", "-c", script,
        ])
        #expect(
            result.stdout == """
                caracalctl claim audit.events audit-ingestor --to audit-7d9f-x2k --min-idle 30s # first see why one fails: \
                caracalctl pending audit.events audit-ingestor --min-deliveries 7, and the Audit service's log; or restart it
                none
                caracalctl consumer prune audit.events audit-ingestor --idle 5m
                1
                0

                """,
            "\(result)"
        )
    }

    /// What doctor proposes on the bus of the demo is a line that a shell reads, and what only looks works as it stands.
    @Test func everyFixOfTheDemoCanBeTyped() throws {
        // On a busy machine any call may be slow, and would be one more to find.
        let script = """
            redis-cli -u "$REDIS_URL" CONFIG SET slowlog-max-len 0 >/dev/null
            redis-cli -u "$REDIS_URL" SLOWLOG RESET >/dev/null
            caracalctl doctor -o ndjson | python3 -c '
            import json, sys
            for item in map(json.loads, sys.stdin):
                if item["fix"]: print(item["fix"])' | sort -u >fixes
            while IFS= read -r fix; do
                bash -n -c "$fix" || echo "no line of a shell: $fix"
                case $fix in
                    "caracalctl claim"*) continue ;;
                    caracalctl*) (eval "$fix") </dev/null >out 2>&1
                        echo "$? ${fix%% #*}" | sed "s/ [0-9]*-0$/ ID/" ;;
                esac
            done <fixes
            wc -l <sessions.revoke.dead.ndjson
            """
        let folder = CommandRunner.caracalctl.dropLast("/caracalctl".count)
        let runner = CommandRunner(environment: ["PATH": "\(folder):\(Environment.current["PATH"] ?? "")"])
        let result = try runner.run(["sandbox", "--demo", "--", "bash", "-c", script])
        #expect(
            result.stdout == """
                0 caracalctl dlq export --stream audit.events.dlq --to audit.events.dlq.ndjson
                0 caracalctl dlq export --stream sessions.revoke.dead --to sessions.revoke.dead.ndjson
                64 caracalctl dlq redrive --stream audit.events.dlq
                0 caracalctl get policy.invalidate ID
                0 caracalctl memory
                3

                """,
            "\(result)"
        )
    }

    /// A stream is made anew without a loss: what was in it is in a file, which publish reads.
    @Test func aStreamThatIsMadeAnewIsKeptInAFile() throws {
        try withServer(.v8_2, extra: ["maxmemory 2gb"]) { server in
            #expect(try server.run("provision").status == 0)
            try server.send("XADD caracal.invocations.lifecycle 99999999999999-1 a b")
            let fix = try #require(try Self.fixes(server)["future-ids"])
            let folder = CommandRunner.caracalctl.dropLast("/caracalctl".count)
            let environment = ["REDIS_URL": server.url, "PATH": "\(folder):\(Environment.current["PATH"] ?? "")"]
            let runner = CommandRunner("/bin/bash", environment: environment)
            let count = "grep -c '\"id\":\"99999999999999-1\"' <invocations.lifecycle.ndjson"
            let result = try runner.run(["-c", "\(fix)\n\(count)"])
            #expect(result.status == 0 && result.stdout.hasSuffix("\n1\n"), "\(result)")
            #expect(try Self.fixes(server)["future-ids"] == nil)
        }
    }

    /// A key file that others can read: the fix takes that from them.
    @Test func anExposedKeyFileIsClosedByItsFix() throws {
        try withServer(.v8_2, extra: ["maxmemory 2gb"]) { server in
            #expect(try server.run("provision").status == 0)
            let folder = try TemporaryFolder()
            let path = try folder.write("it's a key", String(repeating: "ab", count: 32), mode: 0o644)
            let keys = ["STREAMS_HMAC_KEY_FILE": path]
            let fix = try #require(try Self.fixes(server, keys)["key-files"])
            #expect(fix == #"chmod 600 '\#(folder.path)/it'\''s a key'"#)
            #expect(try Self.follow(fix, [], on: server).status == 0)
            #expect(try Self.fixes(server, keys)["key-files"] == nil)
        }
    }

    /// Where no other stream tells of the key, the line lists them, and its remark has what publishes them again: both are typed.
    @Test func whatAnotherKeySignedIsListedAndThenSignedAnew() throws {
        try withServer(.v8_2, extra: ["maxmemory 2gb"]) { server in
            #expect(try server.run("provision").status == 0)
            let publish = ["publish", "sessions.revoke", "--ndjson", "-"]
            #expect(try Publish.runner(server.url).run(publish, input: Publish.lines(3)).status == 0)
            var other = Publish.runner(server.url)
            other.environment["STREAMS_HMAC_KEY"] = String(repeating: "a1", count: 32)
            let late = Publish.lines(9).split(separator: "\n").suffix(6).joined(separator: "\n")
            #expect(try other.run(publish, input: late).status == 0)
            let ids = try server.entryIDs()
            let keys = ["STREAMS_HMAC_KEY": VerifySig.key, "AUDIT_HMAC_KEY": VerifySig.key]
            let fix = try #require(try Self.fixes(server, keys)["signatures"])
            let list = "caracalctl verify-sig sessions.revoke --since \(ids[3])"
            let again = "caracalctl publish sessions.revoke --resign --since \(ids[3]) --force"
            #expect(
                fix
                    == "\(list) # if this is the key that the services have now, and you know that the services wrote them: \(again)"
            )
            let listed = try Self.follow(fix, [], on: server)
            #expect(listed.status == 1)
            let invalid = listed.stdout.split(separator: "\n").filter { $0.hasPrefix("INVALID  ") }
            #expect(invalid.map { String($0.split(separator: " ")[1]) } == ids.suffix(6))
            let done = try Self.follow(again, [("--resign", "--resign --yes")], on: server)
            #expect(done.status == 0, "\(done.stderr)")
            let identifiers = Publish.identifiers(9)
            #expect(try server.outboxIDs() == identifiers + identifiers.suffix(6))
            #expect(try VerifySig.run(server, "sessions.revoke", "--since", server.entryIDs()[9]).status == 0)
            #expect(try Self.fixes(server, keys)["signatures"] == list, "nothing more is to be published")
        }
    }

    /// Groups of hosts that are gone keep trim from removing anything, until doctor's fix is followed.
    @Test func whatIsLeftOverIsNoAlarmAndCanBeRemoved() throws {
        try withServer(.v8_2, extra: ["maxmemory 2gb"]) { server in
            #expect(try server.run("provision").status == 0)
            try server.send(
                "XGROUP CREATE caracal.sessions.revoke gateway-revocation:h1 0",
                "XADD caracal.sessions.revoke 5-1 a b"
            )
            for group in ["sts-revocation", "resource-revocation"] {
                try server.send(
                    "XREADGROUP GROUP \(group) c STREAMS caracal.sessions.revoke >",
                    "XACK caracal.sessions.revoke \(group) 5-1"
                )
            }
            let check = try server.run("check", "--lag", "0,0", "-q")
            #expect(check.status == 0, "\(check.stdout)")
            #expect(check.stdout.contains("1 left over"), "\(check.stdout)")
            let doctor = try server.run("doctor", "--only", "left-over-groups,lag,loss")
            expect(
                doctor,
                status: 0,
                stdout: """
                    1. WARNING left-over-groups: gateway-revocation:h1 on caracal.sessions.revoke is left over: nobody reads there, \
                    and trim keeps what waits
                       seen: lag 1, 0 pending, no consumer heard of for an hour
                       fix:  caracalctl group prune sessions.revoke
                       note: if those hosts are gone for good; forgets 0 entries pending there

                    127.0.0.1:\(server.port ?? 0): 1 warning. 3 checks: 1 with a warning, 2 ok.

                    """
            )
            let fix = try #require(try Self.fixes(server)["left-over-groups"])
            #expect(try Self.follow(fix, [("prune", "prune --yes")], on: server).status == 0)
            #expect(try server.run("trim", "sessions.revoke", "--yes").status == 0)
            #expect(try server.send("XLEN caracal.sessions.revoke")[0].root.integer == 0)
        }
    }

    /// The fixes of failures and warnings, and of notes, by their checks.
    private static func fixes(
        _ server: SandboxServer,
        _ environment: [String: String] = [:]
    ) throws -> [String: String] {
        var runner = CommandRunner(for: server)
        runner.environment.merge(environment) { $1 }
        let result = try runner.run(["doctor", "--skip", "acl-rights,bind", "-o", "ndjson"])
        var fixes: [String: String] = [:]
        for line in try JSONNode.lines(result.stdout) {
            guard case .string(let check)? = line["check"], case .string(let fix)? = line["fix"] else { continue }
            if fixes[check] == nil { fixes[check] = fix }
        }
        return fixes
    }

    /// Types a fix as it stands: what it says of itself is a comment to the shell.
    private static func follow(
        _ fix: String,
        _ choices: [(String, String)],
        on server: SandboxServer
    ) throws -> CommandResult {
        let command = choices.reduce(fix) { $0.replacing($1.0, with: $1.1) }
        var shell = VerifySig.runner(server)
        shell.executable = "/bin/bash"
        let folder = CommandRunner.caracalctl.dropLast("/caracalctl".count)
        shell.environment["PATH"] = "\(folder):\(Environment.current["PATH"] ?? "")"
        return try shell.run(["-c", command])
    }

    /// How many entries the streams have; none where a key of another type lies under a stream's name.
    private static func entries(_ server: SandboxServer) -> [Int64] {
        ["keys.invalidate", "sessions.revoke", "policy.invalidate", "audit.events"].map {
            (try? server.send("XLEN caracal.\($0)")[0].root.integer) ?? 0
        }
    }
}
