import RESP
import RedisSandbox
import TestSupport
import Testing

/// What others do between the look at a stream and the question for its entry.
@Suite struct RemovedInBetweenTests {
    private static let stream = "caracal.keys.invalidate"
    private static let id = "1767443990000-3"
    private static let read = "XREADGROUP GROUP readers c COUNT 4"

    /// Runs `get` and `trace` of the entry, and carries commands out when the server has said how the stream stands, and has not been
    /// asked for the entry.
    private func each(
        _ before: [String],
        _ between: [String],
        _ body: (_ isTrace: Bool, CommandResult) throws -> Void
    ) throws {
        // The greeting, what is asked of each stream, and the time.
        let commands: [(words: [String], count: Int)] = [
            (["get", "keys.invalidate", Self.id], 3 + 3 + 1),
            (["trace", Self.id, "-s", "keys.invalidate"], 3 + 2 * 3 + 1),
        ]
        for command in commands {
            try withServer { server in
                try server.send((1...6).map { "XADD \(Self.stream) 1767443990000-\($0) zone_id z-\($0)" })
                try server.send(["XGROUP CREATE \(Self.stream) readers 0"] + before + ["CONFIG RESETSTAT"])
                let proxy = try FaultProxy(server, [Fault(.toServer, after: .messages(command.count), .hold)])
                let running = try CommandRunner(environment: ["REDIS_URL": proxy.url]).start(command.words)
                #expect(proxy.waitForFault())
                while try !statistics(server).contains("cmdstat_time:calls=1,") {
                    guard ProcessState.isRunning(running.processIdentifier) else { break }
                }
                try server.send(between)
                proxy.release()
                try body(command.words[0] == "trace", running.finish())
            }
        }
    }

    private func statistics(_ server: SandboxServer) throws -> String {
        String(decoding: try server.send("INFO commandstats")[0].root.text ?? [], as: UTF8.self)
    }

    private func expect(_ result: CommandResult, _ evidence: String, group: String, isTrace: Bool) {
        #expect(result.status == 1)
        #expect(result.stderr == "caracalctl: \(Self.id) is not in keys.invalidate: it was trimmed (\(evidence))\n")
        let head =
            isTrace
            ? """
            outbox  not asked (no DATABASE_URL)
            entry   keys.invalidate \(Self.id)  2026-01-03T12:39:50.000Z
                    it was trimmed (\(evidence))

            """
            : """
            entry  \(Self.id)  (2026-01-03T12:39:50.000Z)
            in     keys.invalidate
            state  trimmed
            groups

            """
        #expect(result.stdout.hasPrefix("\(head)  readers  \(group)"), "\(result.stdout)")
    }

    @Test func whatIsTrimmedInBetweenIsNotCalledDeleted() throws {
        try each(["\(Self.read) STREAMS \(Self.stream) >"], ["XTRIM \(Self.stream) MINID 1767443990000-5"]) {
            expect(
                $1,
                "the stream begins at 1767443990000-5, and a group has it pending: it was removed",
                group: "pending  at c, 1 try, idle ",
                isTrace: $0
            )
        }
    }

    @Test func aGroupThatWasGivenItInBetweenHasPassedIt() throws {
        let read = "\(Self.read) NOACK STREAMS \(Self.stream) >"
        try each([], [read, "XTRIM \(Self.stream) MINID 1767443990000-5"]) {
            expect(
                $1,
                "if it was ever added: the stream begins at 1767443990000-5, and entries before that were removed",
                group: "passed   acknowledged, or passed over by SETID or a start at $\n",
                isTrace: $0
            )
        }
    }

    /// The look that comes after the question finds no stream.
    @Test func whatBecameOfItIsUnknownWhereTheStreamWentAway() throws {
        try each(["XDEL \(Self.stream) \(Self.id)"], ["DEL \(Self.stream)"]) { isTrace, result in
            #expect(result.status == 1)
            let gone =
                "\(Self.id) is not in keys.invalidate: what became of it is unknown (the stream went away while it "
            #expect(
                result.stderr.contains(isTrace ? gone : "caracal.keys.invalidate does not exist"),
                "\(result)"
            )
        }
    }
}
