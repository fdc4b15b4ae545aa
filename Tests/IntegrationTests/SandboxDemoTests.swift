import Glibc
import Redis
import RedisSandbox
import TestSupport
import Testing

/// A sandbox with something to see for every command.
@Suite struct SandboxDemoTests {
    private static let folder = CommandRunner.caracalctl.dropLast("/caracalctl".count)

    /// Runs a script in a demo, with the tool in its PATH.
    private func demo(_ script: String, _ options: String...) throws -> CommandResult {
        try CommandRunner(
            environment: ["PATH": "\(Self.folder):\(Environment.current["PATH"] ?? "")"],
            timeout: .seconds(120)
        )
        .run(["sandbox", "--demo"] + options + ["--", "sh", "-c", script])
    }

    private func rows(_ text: String) -> [[String]] {
        text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    @Test func everyStreamHasMessagesBeforeTheCommandStarts() throws {
        let result = try demo("caracalctl xlen -o ndjson")
        #expect(result.status == 0)
        let lines = result.stdout.split(separator: "\n")
        #expect(lines.count == 9)
        #expect(lines.allSatisfy { !$0.contains("\"length\":0,") })
    }

    @Test func allSignaturesHoldButTheForgedOne() throws {
        let result = try demo("caracalctl verify-sig --all -o ndjson")
        #expect(result.status == 1)
        // Among the dead letters there are more.
        let lines = result.stdout.split(separator: "\n").filter { !$0.contains(".dlq") && !$0.contains(".dead") }
        #expect(lines.filter { !$0.contains("\"invalid\":0") }.count == 1)
        #expect(lines.contains { $0.contains("policy.invalidate") && $0.contains("\"invalid\":1") })
    }

    @Test func everyServiceReadsAndTwoConsumersAreInTrouble() throws {
        let result = try demo(
            """
            caracalctl pending audit.events audit-ingestor; caracalctl pending sessions.revoke resource-revocation
            caracalctl pending -o ndjson
            """
        )
        let rows = rows(result.stdout)
        #expect(rows.contains { $0.first == "audit-5c11-old" && $0.contains("gone") })
        #expect(rows.contains { $0.first == "rs-api-2" && $0.contains("stuck") })
        #expect(rows.contains { $0.first == "rs-api-1" && $0.contains("active") })
        #expect(result.stdout.contains("cannot be delivered any more"))
        #expect(result.stdout.contains("gateway-revocation:gw-1.eu-west.caracal.internal"))
    }

    @Test func thereAreDeadLettersOfEveryShape() throws {
        let result = try demo(
            "for s in audit.events.dlq sessions.revoke.dead agents.lifecycle.dead; do caracalctl dlq ls -o ndjson --stream $s; done"
        )
        for shape in ["audit", "service", "connector"] { #expect(result.stdout.contains("\"shape\":\"\(shape)\"")) }
        #expect(!result.stdout.contains("\"shape\":\"unknown\""))
        let redrive = try demo("caracalctl dlq redrive --dry-run")
        #expect(redrive.status == 0 || redrive.status == 1, "\(redrive.stderr)")
    }

    /// What became of a message, asked as the pages of help ask it.
    @Test func theExamplesOfHelpFindWhatBecameOfAMessage() throws {
        let result = try demo(
            """
            caracalctl trace session_id=s-9 --since 2h -o ndjson | cut -c 1-20; echo
            caracalctl trace session_id=s-9 --since 2h | tail -2
            caracalctl find --dead --where session_id=s-9 -o ndjson | grep -c s-9
            caracalctl find audit.events --where data.decision=deny --newest 2>/dev/null | grep -c decision=deny
            caracalctl find audit.events --since 1h --count-by data.event_type -o ndjson | wc -l
            caracalctl find audit.events --where 'data.event_type ~ auth*' -o ndjson 2>/dev/null | wc -l
            caracalctl trace data.decision=deny --since 10m -o ndjson 2>/dev/null | grep -c '"station":"entry"'
            caracalctl trace 019b8414-9f07-7d6e-8d35-c5a5f5c6c6a1 2>&1 >/dev/null | cut -d ' ' -f 2,3
            caracalctl get sessions.revoke 1767443990017-2 | sed -n 3p
            caracalctl get audit.events.dlq 1767443990017-2 -o json | grep '"state": "unknown"'
            caracalctl get sessions.revoke.dead 1767443990017 | sed -n 3p
            caracalctl trace 1767443990017-2 --stream sessions.revoke | grep -c unknown
            """
        )
        let lines = result.stdout.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(
            lines.prefix(7) == [
                #"{"station":"outbox","#, #"{"station":"entry",""#, #"{"station":"group",""#,
                #"{"station":"group",""#, #"{"station":"group",""#, "", "dead    -",
            ],
            "\(result)"
        )
        try #require(lines.count >= 19, "\(result)")
        #expect(
            lines[7].hasPrefix("next    caracalctl claim sessions.revoke resource-revocation ")
                && lines[7].hasSuffix(" --to rs-api-1")
        )
        #expect(lines[8] == "1" && lines[9] == "20" && lines[10] == "2" && lines[11] == "20", "\(result)")
        #expect(Int(lines[12]).map { $0 > 0 } == true, "\(result)")
        #expect(lines[13] == "nothing found:")
        #expect(lines[14] == "state  unknown")
        // The entry, and the group that stands before its id: it will not be given what is not there.
        #expect(lines[15] == #"      "state": "unknown","#)
        #expect(lines[16] == #"          "state": "unknown","#)
        #expect(lines[17] == "state  unknown")
        #expect(lines[18] == "1")
    }

    /// It waits for the message, and for no time.
    @Test func messagesKeepComing() throws {
        let result = try demo(
            """
            n=$(caracalctl xlen audit.events --raw)
            while [ "$(caracalctl xlen audit.events --raw)" -le $((n + 3)) ]; do :; done
            while ! caracalctl pending audit.events audit-ingestor | grep -q 'audit-7d9f-x2k.*active'; do :; done
            """
        )
        expect(result, status: 0)
    }

    /// Whoever plays with it may delete everything.
    @Test func itGoesOnWithoutItsStreams() throws {
        let result = try demo(
            "redis-cli -u $REDIS_URL FLUSHALL && caracalctl provision -q && "
                + "while [ \"$(caracalctl xlen audit.events --raw)\" -lt 2 ]; do :; done"
        )
        expect(result, status: 0, stdout: "OK\n")
    }

    @Test func aFolderThatWasKeptIsNotFilledAgain() throws {
        let folder = try TemporaryFolder()
        let kept = folder.path + "/kept"
        #expect(try demo("true", "--keep", kept).status == 0)
        let result = try demo("caracalctl xlen agents.lifecycle --raw", "--keep", kept)
        #expect(result.status == 0)
        #expect(Int(result.stdout.dropLast()).map { $0 < 120 } == true)
    }

    // MARK: In the background

    private func shell(_ script: String, _ environment: [String: String] = [:]) throws -> CommandResult {
        let own = ["PATH": "\(Self.folder):\(Environment.current["PATH"] ?? "")"]
        return try CommandRunner("/bin/sh", environment: own.merging(environment) { $1 }).run(["-c", script])
    }

    @Test(arguments: ["", "--socket", "--demo"])
    func aShellUsesItAndEndsIt(option: String) throws {
        let folder = try TemporaryFolder()
        let result = try shell(
            """
            eval "$(caracalctl sandbox \(option) --env)" || exit 1
            caracalctl provision --check -q && echo "provisioned $CARACALCTL_SANDBOX_PID"
            eval "$(caracalctl sandbox --stop)"
            echo "${REDIS_URL-unset} ${STREAMS_HMAC_KEY_FILE-unset} ${CARACALCTL_SANDBOX_PID-unset}"
            """,
            ["TMPDIR": folder.path]
        )
        #expect(result.status == 0)
        let lines = result.stdout.split(separator: "\n")
        let number = try #require(pid_t(lines[0].split(separator: " ")[1]))
        #expect(lines == ["provisioned \(number)", "unset unset unset"])
        #expect(
            result.stderr == "caracalctl: the sandbox runs in the background (process \(number)); "
                + "eval \"$(caracalctl sandbox --stop)\" ends it\n"
        )
        let deadline = Deadline.after(.seconds(120))
        while ProcessState.isRunning(number) && !deadline.hasPassed { sched_yield() }
        #expect(!ProcessState.isRunning(number))
        #expect(FileTree.names(in: folder.path) == [])
    }

    /// A command that follows finds nothing of it.
    @Test func stopReturnsWhenTheProcessHasGone() throws {
        let result = try shell(
            """
            for round in 1 2 3; do
                eval "$(caracalctl sandbox --socket --env 2>/dev/null)" || exit 1
                number=$CARACALCTL_SANDBOX_PID
                eval "$(caracalctl sandbox --stop)"
                case "$(cut -d ' ' -f 3 /proc/$number/stat 2>/dev/null)" in ''|Z|X) echo gone;; *) echo there;; esac
            done
            """
        )
        expect(result, status: 0, stdout: "gone\ngone\ngone\n")
    }

    /// What is set in the shell would lead away from the sandbox, and is unset.
    @Test func nothingOfTheShellLeadsAway() throws {
        try withServer { production in
            let result = try shell(
                """
                eval "$(caracalctl sandbox --env)" 2>/dev/null || exit 1
                caracalctl provision -q
                env | grep -c -e ^CARACALCTL_URL -e ^CARACALCTL_CONTEXT -e ^REDIS_PASSWORD -e ^REDISCLI_HOST -e ^PGHOST
                eval "$(caracalctl sandbox --stop)"
                """,
                [
                    "CARACALCTL_URL": production.url, "CARACALCTL_CONTEXT": "prod", "REDIS_PASSWORD": "hush",
                    "REDISCLI_HOST": "10.0.0.1", "PGHOST": "db",
                ]
            )
            #expect(result.stdout == "0\n")
            #expect(try production.keyCount() == 0)
        }
    }

    @Test func whatCannotStartSaysWhyAndSetsNothing() throws {
        try withServer { server in
            let taken = server.port ?? 0
            expect(
                try shell("eval \"$(caracalctl sandbox --env --port \(taken))\"; echo ${REDIS_URL-unset}"),
                status: 0,
                stdout: "unset\n",
                stderr: "caracalctl: port \(taken) is in use (choose another, or none for a free one)\n"
            )
        }
    }

    static let refusals: [([String], Int32, String)] = [
        (
            ["--stop"], 1,
            "no sandbox was started from here: CARACALCTL_SANDBOX_PID is not set (caracalctl sandbox --env)"
        ),
        (["--stop", "--demo"], 64, "--stop goes alone"),
        (
            ["--env", "--", "true"], 64,
            "--env and a command contradict each other: with --env the shell runs the commands"
        ),
    ]

    @Test(arguments: refusals)
    func whatMakesNoSenseIsRefused(options: [String], status: Int32, message: String) throws {
        expect(try CommandRunner().run(["sandbox"] + options), status: status, stderr: "caracalctl: \(message)\n")
    }

    /// A number that has become another process's is left alone.
    @Test func nothingButASandboxIsStopped() throws {
        expect(
            try CommandRunner(environment: ["CARACALCTL_SANDBOX_PID": "\(getpid())"]).run(["sandbox", "--stop"]),
            status: 0,
            stdout:
                "unset REDIS_URL STREAMS_HMAC_KEY_FILE AUDIT_HMAC_KEY_FILE DATABASE_URL PGPASSFILE CARACALCTL_SANDBOX_PID;\n",
            stderr: "caracalctl: note: process \(getpid()) is no sandbox any more\n"
        )
    }
}
