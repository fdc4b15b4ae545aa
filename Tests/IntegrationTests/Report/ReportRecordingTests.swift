import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// What becomes of a recording that does not run to its end undisturbed.
@Suite struct ReportRecordingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func text(_ file: String) throws -> String {
        String(decoding: try TemporaryFolder.read(file), as: UTF8.self)
    }

    private func record(_ runner: CommandRunner, _ options: String...) throws -> RunningCommand {
        try runner.start(["report", "--record", "1h", "--interval", "100ms", "--trace"] + options)
    }

    // MARK: Signals

    /// Each signal comes twice, as timeout(1) sends it.
    @Test(
        arguments: [
            (SIGINT, "SIGINT (Ctrl-C)", nil), (SIGTERM, "SIGTERM", 143), (SIGHUP, "SIGHUP", 129),
            (SIGQUIT, "SIGQUIT", 131),
        ] as [(Int32, String, Int32?)]
    )
    func aSignalEndsARecordingAndItIsWritten(signal: Int32, name: String, status: Int32?) throws {
        try withServer(extra: ["maxmemory 2gb"]) { server in
            #expect(try server.run("provision").status == 0)
            let path = "\(folder.path)/r.md"
            let command = try record(CommandRunner(for: server), "--md", path)
            // Each look begins with it.
            try command.waitForErrors("the first: TYPE", times: 3)
            command.signal(signal)
            command.signal(signal)
            let result = try command.finish()
            #expect(result.status == status ?? 0, "\(result)")
            #expect(result.stderr.contains("caracalctl: warning: the recording of 1h00m was cut short at 20"))
            #expect(result.stderr.contains(" UTC by \(name)\n"))
            #expect(result.stdout.hasPrefix("\(path): "), "\(result.stdout)")
            let text = try text(path)
            #expect(text.contains("\nNot all of it: the recording of 1h00m was cut short at 20"))
            #expect(text.contains(" UTC by \(name)\n"))
            for head in ["## Findings", "## Over time", "### Memory", "## Streams", "## Signatures"] {
                #expect(text.contains("\n\(head)\n"), "\(head)")
            }
            #expect(text.contains("\n- outboxes: no database is named (DATABASE\\_URL)\n"))
        }
    }

    @Test func anotherSignalLeavesOutWhatIsStillToBeAsked() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let path = "\(folder.path)/r.md"
            var runner = CommandRunner(for: server)
            runner.environment["DATABASE_URL"] = "postgres://127.0.0.1:1/caracal"
            let command = try record(runner, "--md", path)
            try command.waitForErrors("the first: TYPE", times: 3)
            // From now on nothing is answered.
            try server.send("CLIENT PAUSE 600000 ALL")
            command.signal(SIGTERM)
            try command.waitForErrors("was cut short")
            command.signal(SIGTERM)
            let result = try command.finish()
            #expect(result.status == 143, "\(result)")
            #expect(
                result.stderr.contains(
                    "caracalctl: the server was not looked at: another signal came while it was asked\n"
                )
            )
            let text = try text(path)
            #expect(text.contains("\n**the server was not looked at**\n"))
            #expect(text.contains("The server was not looked at: another signal came while it was asked\n"))
            #expect(text.contains("\n## Over time\n"))
            #expect(!text.contains("no database is named"))
        }
    }

    @Test func aShellEndsWithTheRecordingThatWasToEnd() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let path = "\(folder.path)/r.md"
            let command = try CommandRunner(for: server).start(["shell"])
            command.type("report --record 1h --interval 100ms --trace --md \(path)\nxlen\n")
            try command.waitForErrors("the first: TYPE", times: 3)
            command.signal(SIGTERM)
            let result = try command.finish()
            #expect(result.status == 143)
            #expect(!result.stdout.contains("STREAM"))
            #expect(try text(path).contains("\n## Streams\n"))
        }
    }

    @Test func framesThatAreReadAreCutShortToo() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let path = "\(folder.path)/r.md"
            let pipe = "\(folder.path)/frames"
            try #require(mkfifo(pipe, 0o600) == 0)
            let command = try CommandRunner(for: server).start(["report", "--from", pipe, "--md", path])
            // It opens when it is read from.
            let descriptor = open(pipe, O_WRONLY)
            defer { close(descriptor) }
            // More than it holds: once all is written some was read.
            let frames = Array((0..<300).map { RecordedFrames.line(second: $0, lag: "1") }.joined().utf8)
            try #require(write(descriptor, frames, frames.count) == frames.count && frames.count > 100_000)
            command.signal(SIGTERM)
            let result = try command.finish()
            #expect(result.status == 143, "\(result)")
            #expect(result.stderr.contains("the reading of frames was cut short at 20"))
            #expect(try text(path).contains(" by SIGTERM: later ones are not in the report.\n"))
        }
    }

    @Test func framesOfAnotherServerAreSaidToBe() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let result = try CommandRunner(for: server).run(["report", "--from", "-"], input: RecordedFrames.minute())
            let warning =
                "the frames are of 10.0.0.1:6379, and what else is in the report is of 127.0.0.1:\(server.port ?? 0): another "
                + "address, perhaps another bus"
            #expect(result.stderr == "caracalctl: warning: \(warning)\n")
            #expect(result.stdout.contains("\n- \(warning)\n"))
            #expect(result.stdout.contains(" UTC, 60 frames of 10.0.0.1:6379\n"))
        }
    }

    // MARK: Outages

    @Test func anOutageHasItsRowAndItsMark() throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(400), .cut)])
            let (markdown, page) = ("\(folder.path)/r.md", "\(folder.path)/r.html")
            let runner = CommandRunner(environment: ["REDIS_URL": proxy.url])
            let command = try record(runner, "--md", markdown, "--html", page)
            try command.waitForErrors("; trying again")
            try command.waitForErrors("the first: TYPE", times: 40)
            command.signal(SIGINT)
            let result = try command.finish()
            #expect(result.status == 0 || result.status == 1, "\(result)")
            let text = try text(markdown)
            let rows = text.split(separator: "\n").filter { $0.contains("| 127.0.0.1:\(proxy.port) | ") }
            #expect(rows.count == 1, "\(text)")
            let cells = (rows.first ?? "").split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
            try #require(cells.count == 5)
            #expect(cells[0] == "1" && cells[1].hasSuffix(" UTC") && cells[2].hasSuffix(" UTC"))
            #expect(cells[4].contains("connection"), "\(cells[4])")
            #expect(text.contains("\n**Not reachable**\n"))
            #expect(text.contains("\n|  | FROM | TO | NOT REACHABLE | ERROR |\n"))
            let drawn = try self.text(page)
            #expect(drawn.contains("<rect class=\"unseen\""))
            #expect(drawn.contains("text-anchor=\"middle\">1</text>"))
        }
    }

    @Test func whereThereAreNoFramesAFileHasARowToo() throws {
        let frames = (0..<60).filter { !(20..<40).contains($0) }.map { RecordedFrames.line(second: $0, lag: "1") }
        let result = try CommandRunner(environment: ["REDIS_URL": "redis://127.0.0.1:1"]).run(
            ["report", "--from", "-"],
            input: frames.joined()
        )
        #expect(
            result.stdout.contains(
                "| 1 | 2026-11-28 14:00:19 UTC | 2026-11-28 14:00:40 UTC | not known: there are no frames | "
                    + "watch says why on its standard error, or was not running |\n"
            ),
            "\(result.stdout)"
        )
    }

    // MARK: Outboxes

    @Test func theOutboxesAreComparedAsDoctorDoes() throws {
        try withServer { server in
            try withPostgres { postgres throws in
                #expect(try server.run("provision").status == 0)
                let result = try CommandRunner(for: server, postgres).run(["report"])
                #expect(!result.stdout.contains("nothing for outbox-"), "\(result.stdout)")
                #expect(!result.stdout.contains("no database is named"))
                #expect(result.stdout.contains("\n## Outboxes\n"))
            }
        }
    }
}
