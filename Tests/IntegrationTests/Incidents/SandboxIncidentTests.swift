import CaracalCommands
import RedisSandbox
import TestSupport
import Testing

/// Drills: `sandbox --incident`.
@Suite struct SandboxIncidentTests {
    private static let folder = CommandRunner.caracalctl.dropLast("/caracalctl".count)

    private func sandbox(_ arguments: String...) throws -> CommandResult {
        let path = "\(Self.folder):\(Environment.current["PATH"] ?? "")"
        return try CommandRunner(environment: ["PATH": path]).run(["sandbox"] + arguments)
    }

    @Test func everyIncidentIsListedWithWhatSomebodySays() throws {
        expect(
            try sandbox("--list"),
            status: 0,
            stdout: """
                INCIDENT                SOMEBODY SAYS
                revoked-still-accepted  Sessions that were revoked are still accepted.
                audit-stopped           Audit events stopped arriving.
                publishing-fails        The API answers with errors whenever it has to publish something.
                policy-no-effect        Policy changes have no effect, and the Coordinator logs NOGROUP.
                ended-agents-running    Agents that ended hours ago are shown as running.
                after-maintenance       The Coordinator cannot publish since the maintenance.
                revocations-slow        The resource server is slow, and some revocations are never applied.
                nonsense-ages           The ages of one stream make no sense.
                dead-letters-grow       The dead letter queue has grown since the database outage.
                nothing-published       Nothing can be published since this morning.
                everything-slow         Everything takes long, and publishers report timeouts.
                after-failover          Since the failover at night every publisher fails.
                revocations-missing     Since the machine of Redis restarted, a few revocations have had no effect, and nobody logs an error.
                bus-empty               Somebody has flushed the wrong Redis. Streams and groups are back, and the consumers are idle.
                coordinator-unready     The Coordinator has answered /ready with 503 since Redis was away, though Redis is well again.
                policies-late           Policies that were changed this morning still have no effect. The API answers as if all were well.

                """
        )
    }

    /// What is said gives no answer away; what is prepared is found.
    @Test(arguments: [
        ("nonsense-ages", "The ages of one stream make no sense.", "future-ids"),
        ("after-failover", "Since the failover at night every publisher fails.", "refused-writes"),
        ("everything-slow", "Everything takes long, and publishers report timeouts.", "slow-calls"),
    ])
    func aDrillSaysWhatSomebodyComplainsOf(name: String, complaint: String, check: String) throws {
        let result = try sandbox("--incident", name, "--", "caracalctl", "doctor", "-o", "ndjson", "-q")
        #expect(result.status <= 1)
        #expect(
            result.stderr == "caracalctl: somebody says: \"\(complaint)\"\ncaracalctl: to begin: caracalctl doctor\n"
        )
        #expect(try JSONNode.lines(result.stdout).first?["check"] == .string(check), "\(result.stdout)")
    }

    @Test func twoThingsCanBeWrongAtATime() throws {
        let result = try sandbox(
            "--incident=nonsense-ages",
            "--incident=revoked-still-accepted",
            "--",
            "sh",
            "-c",
            "caracalctl xlen keys.invalidate --raw; caracalctl verify-sig sessions.revoke -o ndjson 2>/dev/null | grep -c '\"invalid\":50'"
        )
        #expect(result.stdout == "18\n1\n")
        #expect(result.stderr.split(separator: "\n").count == 3)
    }

    /// Whatever order they are named in, what refuses writes is prepared last.
    @Test func oneThatRefusesWritesKeepsNoOtherFromBeingStaged() throws {
        let result = try sandbox(
            "--incident=publishing-fails",
            "--incident=nonsense-ages",
            "--",
            "sh",
            "-c",
            "caracalctl xlen keys.invalidate --raw; caracalctl check --perfdata none | head -n 1"
        )
        #expect(
            result.stdout.hasPrefix(
                "18\nCARACAL CRITICAL - the server refuses writes (OOM): it has reached maxmemory; "
            ),
            "\(result)"
        )
    }

    /// What waits is read by those that are left, while the operator works.
    @Test func theConsumersThatAreLeftGoOnReading() throws {
        let result = try sandbox(
            "--incident=revocations-slow",
            "--",
            "sh",
            "-c",
            """
            caracalctl publish keys.invalidate zone_id=z-1 --no-schema -q
            until caracalctl pending keys.invalidate -o ndjson | grep -q '"pending":0,"lag":0'; do :; done
            """
        )
        #expect(result.status == 0, "\(result)")
    }

    /// What the operator returns to waiting is published, as the services are alive: one command ends each of these drills.
    @Test(arguments: [
        ("revocations-missing", "outbox reconcile --since 2h --requeue"), ("bus-empty", "outbox reconcile --requeue"),
        ("coordinator-unready", "outbox requeue --dead"),
    ])
    func theServicesPublishWhatIsReturnedToThem(name: String, command: String) throws {
        let script = """
            caracalctl doctor -q -o ndjson | head -n 1 | grep -o '"check":"outbox-[a-z]*"'
            caracalctl \(command) --yes >/dev/null 2>&1
            until caracalctl outbox -o ndjson | grep -v '"waiting":0,' | grep -c '"waiting":' | grep -qx 0; do :; done
            caracalctl doctor --only outbox-lost,outbox-dead,outbox-waiting,outbox-locks -q
            """
        let result = try sandbox("--incident", name, "--", "sh", "-c", script)
        #expect(result.status == 0, "\(result)")
        let check = name == "coordinator-unready" ? "outbox-dead" : "outbox-lost"
        #expect(result.stdout == "\"check\":\"\(check)\"\n", "\(result)")
    }

    /// With the outboxes at hand doctor's own line ends the drill, and nothing is signed whose writer nobody knows.
    @Test func theServicesPublishAnewWhatWasSignedWithAnotherKey() throws {
        let script = """
            fix=$(caracalctl doctor --only signatures -o ndjson | grep -o '"fix":"[^"]*"' | cut -d'"' -f4)
            fix=${fix%% #*}
            echo "$fix" | sed -E 's/--since [0-9]+/--since T/'
            eval "$fix --yes" >/dev/null 2>&1
            until caracalctl outbox -o ndjson | grep -v '"waiting":0,' | grep -c '"waiting":' | grep -qx 0; do :; done
            caracalctl doctor --only signatures -q
            """
        let result = try sandbox("--postgres", "--incident", "revoked-still-accepted", "--", "sh", "-c", script)
        let line = "caracalctl outbox reconcile --since T --stream sessions.revoke --requeue --invalid"
        #expect(result.status == 0 && result.stdout == "\(line)\n", "\(result)")
    }

    /// The API's worker is gone: its rows wait until the operator publishes them.
    @Test func aWorkerThatIsGoneStaysGone() throws {
        let script = """
            caracalctl outbox -o ndjson | grep -o '"waiting":[0-9]*' | grep -v ':0'
            caracalctl outbox dispatch --outbox api --yes >/dev/null 2>&1
            caracalctl doctor --only outbox-waiting,outbox-locks -q
            """
        let result = try sandbox("--incident", "policies-late", "--", "sh", "-c", script)
        #expect(result.status == 0 && result.stdout == "\"waiting\":122\n", "\(result)")
    }

    /// A consumer that is made by hand begins to read: so a drill's service is started.
    @Test func aConsumerCanBeStarted() throws {
        let command = "caracalctl raw --yes XGROUP CREATECONSUMER"
        let script = """
            \(command) caracal.agents.lifecycle coordinator-relay coordinator-1 >/dev/null
            until caracalctl pending agents.lifecycle -o ndjson | grep coordinator-relay | grep -q '"pending":0,"lag":0'; do :; done
            caracalctl doctor --only loss,silent-readers -q
            """
        let result = try sandbox("--incident", "ended-agents-running", "--", "sh", "-c", script)
        #expect(result.status == 0, "\(result)")
        #expect(result.stderr.contains("to start a consumer in this drill: \(command) STREAM GROUP NAME\n"))
    }

    /// Its own preparation is no other thing to find.
    @Test func whatFillsTheMemoryIsPutThereInPieces() throws {
        let result = try sandbox(
            "--incident=publishing-fails",
            "--",
            "caracalctl",
            "doctor",
            "--only",
            "slow-calls",
            "-q"
        )
        expect(result, status: 0, stdout: "", stderr: result.stderr)
    }

    /// What is claimed for a consumer that works is worked on: the drill comes to an end.
    @Test func whatIsClaimedIsAcknowledged() throws {
        let result = try sandbox(
            "--incident=audit-stopped",
            "--",
            "sh",
            "-c",
            """
            caracalctl claim audit.events audit-ingestor --to audit-7d9f-q8m --min-idle 30s --limit 12000 --yes >/dev/null 2>&1
            until caracalctl pending audit.events -o ndjson | grep audit-ingestor | grep -q '"exists":true,"pending":0,'; do :; done
            caracalctl doctor --only deliveries,stuck-consumers -q
            """
        )
        #expect(result.status == 0, "\(result)")
    }

    /// Wherever the program lies, and whether or not that is on the PATH.
    @Test func whatRunsInTheSandboxFindsTheProgramByItsName() throws {
        for path in ["/usr/bin:/bin", "/usr/bin:\(Self.folder):/bin"] {
            let result = try CommandRunner(environment: ["PATH": path])
                .run(["sandbox", "--", "sh", "-c", "caracalctl xlen providers.ratelimit --raw; echo $PATH"])
            let first = path.contains(Self.folder) ? "" : "\(Self.folder):"
            expect(result, status: 0, stdout: "1\n\(first)\(path)\n")
        }
        expect(
            try CommandRunner(environment: ["PATH": "/usr/bin:/bin"])
                .run(["sandbox", "--", "caracalctl", "xlen", "providers.ratelimit", "--raw"]),
            status: 0,
            stdout: "1\n"
        )
    }

    @Test func oneInTheBackgroundIsBrokenToo() throws {
        let script = """
            eval "$(caracalctl sandbox --incident nonsense-ages --env)"
            caracalctl xlen keys.invalidate --raw
            eval "$(caracalctl sandbox --stop)"
            """
        let path = "\(Self.folder):\(Environment.current["PATH"] ?? "")"
        let result = try CommandRunner("/bin/sh", environment: ["PATH": path]).run(["-c", script])
        #expect(result.stdout == "18\n", "\(result)")
        #expect(result.stderr.contains("somebody says: \"The ages of one stream make no sense.\""))
    }

    /// Nothing is started for it.
    @Test func theSolutionIsAPageOfTheRunbook() throws {
        expect(
            try sandbox("--incident", "nonsense-ages", "--solution", "--redis-server", "/nowhere"),
            status: 0,
            stdout: "nonsense-ages: see \"AN ID FROM THE FUTURE\" in caracalctl help runbook\n\n"
                + (try CommandRunner().run(["doctor", "--explain", "future-ids"]).stdout)
        )
        let two = try sandbox("--incident", "bus-empty", "--incident", "nonsense-ages", "--solution").stdout
        #expect(two.contains("caracalctl help runbook\n\noutbox-lost\n  Checks "), "\(two)")
        #expect(two.contains("\n\nnonsense-ages: see \"AN ID FROM THE FUTURE\""), "\(two)")
        let runbook = String(
            decoding: try TemporaryFolder.read("\(Repository.root)/man/caracalctl-runbook.7"),
            as: UTF8.self
        )
        for incident in Incident.all {
            #expect(runbook.contains(".SH \"\(incident.page)\"\n"), "\(incident.name)")
        }
        for testCase in IncidentCase.small { #expect(testCase.incident.check == testCase.check, "\(testCase)") }
    }

    static let refusals: [([String], String)] = [
        (["--incident", "flood"], "no incident is called flood (caracalctl sandbox --list)"),
        (["--incident", "bus-emtpy"], "no incident is called bus-emtpy (did you mean bus-empty?)"),
        (["--incident", ""], "no incident is called  (caracalctl sandbox --list)"),
        (["--incident", "nonsense-ages", "--demo"], "--incident and --demo contradict each other: give one"),
        (["--incident", "nonsense-ages", "--socket"], "--incident and --socket contradict each other: give one"),
        (["--incident", "nonsense-ages", "--keep", "x"], "--incident and --keep contradict each other: give one"),
        (["--solution"], "--solution needs --incident"),
        (["--stop", "--list"], "--stop goes alone"),
    ]

    @Test(arguments: refusals)
    func whatMakesNoSenseIsRefused(options: [String], message: String) throws {
        expect(try CommandRunner().run(["sandbox"] + options), status: 64, stderr: "caracalctl: \(message)\n")
    }
}
