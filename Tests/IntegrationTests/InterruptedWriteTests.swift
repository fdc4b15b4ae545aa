import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// `claim`, `ack`, `trim`, `provision`, and what changes groups and consumers, asked to stop at every command and at every reply:
/// each says what became of it.
@Suite struct InterruptedWriteTests {
    /// A command line, and how the server tells how much of it was done.
    struct Write: Sendable {
        let words: [String]
        /// How much there is to do.
        let total: Int
        /// What is said when the reply to the first write is the last that is waited for; nil where all is done then.
        let outcome: String?
        /// How many replies come before the one to its first write.
        let repliesBefore: Int
        /// How much the first write does.
        let first: Int
        /// How much was done.
        let done: @Sendable (SandboxServer) throws -> Int
        /// What there is besides.
        var extra: @Sendable (Connection) throws -> Void = { _ in }
    }

    private static let key = "caracal.keys.invalidate"

    static let writes = [
        Write(
            words: ["claim", "keys.invalidate", "sts-keys", "--to", "new", "--min-idle", "0s"],
            total: 250,
            outcome: "of 250 entries 100 claimed, 150 not done",
            // HELLO, two of CLIENT, the look (four), the consumers, one page of the list with the stream, what of it is there: 16, 128
            // and 106 entries.
            repliesBefore: 3 + 4 + 1 + 2 + 3,
            first: 100,
            done: { try count(of: "new", on: $0) }
        ),
        Write(
            words: ["ack", "keys.invalidate", "sts-keys", "101-0", "102-0", "103-0"],
            total: 3,
            outcome: nil,
            // The look, the line of each entry, and whether it is there.
            repliesBefore: 3 + 4 + 3 + 3,
            first: 3,
            done: { try 250 - count(of: "old", on: $0) }
        ),
        Write(
            words: ["trim", "keys.invalidate"],
            total: 100,
            outcome: "100 entries were removed, and the same command goes on",
            // The look, the first line of the list, and how many entries lie ahead.
            repliesBefore: 3 + 4 + 1 + 1,
            first: 100,
            done: { 350 - Int(try $0.send("XLEN \(key)")[0].root.integer ?? 0) }
        ),
        Write(
            words: ["provision", "policy.invalidate", "sessions.revoke"],
            total: 3,
            // It is not read again.
            outcome: "the server has confirmed what is shown as created, and it was not read again",
            // The look at two streams, three each.
            repliesBefore: 3 + 6,
            first: 3,
            done: { server in
                try ["caracal.policy.invalidate", "caracal.sessions.revoke"].reduce(0) { count, key in
                    guard try server.send("EXISTS \(key)")[0].root.integer == 1 else { return count }
                    return count + (try server.send("XINFO GROUPS \(key)")[0].root.count)
                }
            }
        ),
        Write(
            words: ["group", "create", "keys.invalidate", "more", "--at", "0"],
            total: 1,
            outcome: nil,
            repliesBefore: 3 + 4,
            first: 1,
            done: { try groups(of: key, on: $0).contains { $0.starts(with: "more ") } ? 1 : 0 }
        ),
        Write(
            words: ["group", "seek", "keys.invalidate", "sts-keys", "--to", "start"],
            total: 1,
            outcome: nil,
            // The look, and who reads.
            repliesBefore: 3 + 4 + 1,
            first: 1,
            done: { try groups(of: key, on: $0) == ["sts-keys 0-0"] ? 1 : 0 }
        ),
        Write(
            words: ["group", "rm", "keys.invalidate", "sts-keys", "--force"],
            total: 1,
            outcome: nil,
            // The look, who reads, and what is pending: one page has room for it.
            repliesBefore: 3 + 4 + 2,
            first: 1,
            done: { try groups(of: key, on: $0).isEmpty ? 1 : 0 }
        ),
        Write(
            words: ["group", "prune", "sessions.revoke"],
            total: 101,
            outcome: "of 101 groups 100 removed, 1 not removed",
            repliesBefore: 3 + 4,
            first: 100,
            done: { 101 - (try groups(of: revocations, on: $0).count) },
            extra: { connection in
                let groups = (1...101).map {
                    Command("XGROUP", "CREATE", revocations, "gateway-revocation:\($0)", "0")
                }
                _ = try connection.pipeline([Command("XADD", revocations, "1-0", "a", "b")] + groups)
            }
        ),
        Write(
            words: ["consumer", "rm", "keys.invalidate", "sts-keys", "new"],
            total: 1,
            outcome: nil,
            // The look, and the consumers.
            repliesBefore: 3 + 4 + 1,
            first: 1,
            done: { 2 - (try consumers(on: $0)) }
        ),
        Write(
            words: ["consumer", "prune", "keys.invalidate", "--idle", "0s"],
            total: 601,
            outcome: "of 601 consumers 500 removed, 101 not removed",
            repliesBefore: 3 + 4 + 1,
            first: 500,
            done: { 602 - (try consumers(on: $0)) },
            extra: { connection in
                _ = try connection.pipeline(
                    (1...600).map { Command("XGROUP", "CREATECONSUMER", key, "sts-keys", "idle-\($0)") }
                )
            }
        ),
    ]

    private static let revocations = "caracal.sessions.revoke"

    /// The groups of a stream, each with where it stands.
    private static func groups(of key: String, on server: SandboxServer) throws -> [String] {
        let connection = try open(server)
        return try connection.ask(XInfoGroups(key: Array(key.utf8))).get(on: connection).map {
            "\(String(decoding: $0.name, as: UTF8.self)) \($0.lastDeliveredID)"
        }
    }

    private static func open(_ server: SandboxServer) throws -> Connection {
        try Connection.open(
            Endpoint(address: .unix(path: server.socketPath)),
            timeouts: Timeouts(connect: .seconds(120), command: .seconds(120))
        )
    }

    private static func consumers(on server: SandboxServer) throws -> Int {
        try server.send("XINFO CONSUMERS \(key) sts-keys")[0].root.count
    }

    private static func count(of consumer: String, on server: SandboxServer) throws -> Int {
        try server.send("XPENDING \(key) sts-keys - + 1000 \(consumer)")[0].root.count
    }

    /// 350 entries: the first 100, which is a node, are done with, 250 are held by `old`.
    private func prepare(_ server: SandboxServer, for write: Write) throws {
        try server.send("FLUSHDB", "XGROUP CREATE \(Self.key) sts-keys 0 MKSTREAM")
        let connection = try Self.open(server)
        _ = try connection.pipeline((1...350).map { Command("XADD", Self.key, "\($0)-0", "a", "b") })
        try server.send(
            "XREADGROUP GROUP sts-keys old COUNT 100 NOACK STREAMS \(Self.key) >",
            "XREADGROUP GROUP sts-keys old COUNT 250 STREAMS \(Self.key) >",
            "XGROUP CREATECONSUMER \(Self.key) sts-keys new"
        )
        try write.extra(connection)
    }

    private func start(_ write: Write, through proxy: FaultProxy, timeout: String) throws -> RunningCommand {
        let runner = CommandRunner(environment: ["REDIS_URL": proxy.url])
        let yes = write.words[0] == "provision" ? [] : ["--yes"]
        return try runner.start(write.words + yes + ["--timeout", timeout])
    }

    /// Runs it through a fault and sends a signal once that has struck; nil when it has ended before.
    private func run(
        _ write: Write,
        _ fault: Fault,
        _ signal: Int32,
        on server: SandboxServer
    ) throws -> CommandResult? {
        let proxy = try FaultProxy(server, [fault])
        let command = try start(write, through: proxy, timeout: "120s")
        while !proxy.waitForFault(within: .milliseconds(20)) {
            guard ProcessState.isRunning(command.processIdentifier) else { return nil }
        }
        command.signal(signal)
        // A write whose reply is held back is waited for, until it is interrupted again; all others end by themselves.
        do {
            try command.waitForErrors("(interrupt again to stop waiting)")
            command.signal(signal)
        } catch is CommandEndedEarly {}
        return try command.finish()
    }

    private func check(_ result: CommandResult, _ write: Write, _ status: Int32, on server: SandboxServer) throws {
        let done = try write.done(server)
        let text = "\(result.status) \(result.stdout.suffix(300)) \(result.stderr)"
        switch result.status {
        case 0: #expect(done == write.total, "\(text)")
        case status where result.stderr.hasSuffix("caracalctl: interrupted: nothing was changed\n"):
            #expect(done == 0, "\(text)")
        case status:
            #expect(result.stderr.contains("interrupted: "), "\(text)")
            // How much was done is said, or is nothing.
            let isSaid = (result.stdout + result.stderr).contains("\(done) ") || write.words[0] == "provision"
            #expect(isSaid || done == 0, "\(text)")
        case 74: #expect(result.stderr.contains("may or may not have been carried out"), "\(text)")
        default: Issue.record("\(text)")
        }
    }

    @Test(arguments: writes.indices, [Fault.Direction.toServer, .toClient])
    func itSaysWhatBecameOfItAtEveryMoment(write: Int, direction: Fault.Direction) throws {
        let write = Self.writes[write]
        try withServer { server in
            for count in 0... {
                try prepare(server, for: write)
                let isOdd = count % 2 == 1
                let fault = Fault(direction, after: .messages(count), .hold)
                let signal = isOdd ? SIGTERM : SIGINT
                guard let result = try run(write, fault, signal, on: server) else { break }
                try check(result, write, isOdd ? 143 : 130, on: server)
            }
        }
    }

    /// The first write was carried out, and its reply is held back until the signal has come, or for ever.
    private func interrupt(
        _ write: Write,
        isReleased: Bool,
        _ body: (SandboxServer, CommandResult) throws -> Void
    ) throws {
        try withServer { server in
            try prepare(server, for: write)
            let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(write.repliesBefore), .hold)])
            let command = try start(write, through: proxy, timeout: isReleased ? "120s" : "5s")
            while try write.done(server) != write.first {
                guard ProcessState.isRunning(command.processIdentifier) else { break }
            }
            command.signal(SIGINT)
            if isReleased { proxy.release() }
            try body(server, command.finish())
        }
    }

    @Test(arguments: writes.indices)
    func theReplyToAWriteIsWaitedForSoThatItsOutcomeIsKnown(write: Int) throws {
        let write = Self.writes[write]
        try interrupt(write, isReleased: true) { server, result throws in
            #expect(try write.done(server) == write.first)
            guard let outcome = write.outcome else { return #expect(result.status == 0, "\(result.stderr)") }
            #expect(result.status == 130)
            #expect(result.stderr.hasSuffix("caracalctl: interrupted: \(outcome)\n"), "\(result.stderr)")
        }
    }

    /// One signal, and then the time is up. A claim, what is provisioned, and consumers: the others differ in what a second signal
    /// shows as well.
    @Test(arguments: [0, 3, 9])
    func withoutTheReplyTheOutcomeIsUnknown(write: Int) throws {
        let write = Self.writes[write]
        try interrupt(write, isReleased: false) { _, result in
            #expect(result.status == 74)
            #expect(result.stderr.contains("may or may not have been carried out"), "\(result.stderr)")
        }
    }

    /// Neither reply nor timeout is waited for, and still it is not said that nothing was changed.
    @Test(arguments: writes.indices)
    func aSecondSignalEndsTheWaitInDoubt(write: Int) throws {
        let write = Self.writes[write]
        try withServer { server in
            try prepare(server, for: write)
            let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(write.repliesBefore), .hold)])
            let command = try start(write, through: proxy, timeout: "120s")
            while try write.done(server) != write.first {
                guard ProcessState.isRunning(command.processIdentifier) else { break }
            }
            command.signal(SIGHUP)
            try command.waitForErrors("(interrupt again to stop waiting)")
            command.signal(SIGINT)
            let result = try command.finish()
            #expect(result.status == 74)
            #expect(result.stderr.contains("may or may not have been carried out"), "\(result.stderr)")
            #expect(!result.stderr.contains("nothing was changed"), "\(result.stderr)")
        }
    }
}
