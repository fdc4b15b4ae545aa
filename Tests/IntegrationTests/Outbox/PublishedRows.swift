import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Rows of both tables that a dispatcher like those of the services has published.
enum Published {
    /// What they are signed with, where they are.
    static let key = String(repeating: "22", count: 32)

    /// Runs `body` with such rows, the API's first, and their ids.
    static func with(
        _ count: Int = 3,
        environment: [String: String] = [:],
        _ body: (CommandRunner, SandboxServer, PostgresServer, _ ids: [String]) throws -> Void
    ) throws {
        try withServer { server in
            try withPostgres { postgres in
                var ids: [String] = []
                for outbox in TestOutbox.allCases {
                    ids += try postgres.insertRows(
                        count,
                        in: outbox,
                        stream: stream(outbox),
                        secondsAgo: 60 + Double(count),
                        spacing: 1
                    )
                    #expect(
                        try RivalDispatcher.publishAll(outbox, from: postgres, to: server, environment: environment)
                            == count
                    )
                }
                try body(CommandRunner(for: server, postgres), server, postgres, ids)
            }
        }
    }

    /// The same, signed, and a runner that has the key.
    static func withSignatures(
        _ count: Int = 3,
        _ body: (CommandRunner, SandboxServer, PostgresServer, _ ids: [String]) throws -> Void
    ) throws {
        try with(count, environment: ["STREAMS_HMAC_KEY": key]) { runner, server, postgres, ids in
            var runner = runner
            runner.environment["STREAMS_HMAC_KEY"] = key
            try body(runner, server, postgres, ids)
        }
    }

    /// Where the rows of a table are published.
    static func stream(_ outbox: TestOutbox) -> String {
        outbox == .api ? "caracal.keys.invalidate" : "caracal.sessions.revoke"
    }

    /// The ids of the entries.
    static func entryIDs(_ outbox: TestOutbox, on server: SandboxServer) throws -> [String] {
        try server.send("XRANGE \(stream(outbox)) - +")[0].root.elements.map { entry in
            String(decoding: entry[0]?.text ?? [], as: UTF8.self)
        }
    }

    /// The `outbox_id` of each entry: the API's rows of a batch are published in no order.
    static func rowIDs(_ outbox: TestOutbox, on server: SandboxServer) throws -> [String] {
        try server.send("XRANGE \(stream(outbox)) - +")[0].root.elements.map { entry in
            String(decoding: entry[1]?[1]?.text ?? [], as: UTF8.self)
        }
    }
}
