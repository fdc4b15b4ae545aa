import Caracal

/// The outboxes of a demo: a row for each message, and some rows in trouble.
final class DemoOutbox {
    private let outboxes: SandboxOutboxes
    /// Rows of the history that are not added yet.
    private var history: [SandboxOutboxes.Row] = []
    /// What was taken and published in the last round and is marked as published in the next one.
    private var published: [[UInt8]] = []

    /// A message and its stream.
    typealias Content = (fields: DemoMessages.Fields, stream: StreamDefinition)

    init(_ database: SandboxDatabase) throws { outboxes = try SandboxOutboxes(database) }

    /// The row of a message that was published at a time, in Unix milliseconds.
    func remember(_ fields: DemoMessages.Fields, on stream: StreamDefinition, at time: UInt64) {
        let row = SandboxOutboxes.Row(of: fields, on: stream, created: time - Self.wait, .published(at: time))
        if let row { history.append(row) }
    }

    /// Adds what is remembered, and the rows in trouble.
    func begin(_ messages: inout DemoMessages, now: UInt64) throws {
        let minute: UInt64 = 60_000
        let refused = "connect ECONNREFUSED 10.0.3.17:6379"
        let trouble: [(stream: String, minutes: UInt64, state: SandboxOutboxes.State)] = [
            // Of an outage of Redis.
            ("sessions.revoke", 132, .dead(attempts: 10, error: "")),
            ("sessions.revoke", 131, .dead(attempts: 10, error: "")),
            ("agents.lifecycle", 131, .dead(attempts: 10, error: "")),
            ("keys.invalidate", 230, .dead(attempts: 100, error: refused)),
            // A worker that is gone.
            ("policy.invalidate", 9, .locked(by: "api-6f4c9b-q7d2x", until: now - 8 * minute)),
            ("policy.invalidate", 4, .retrying(at: now + 3 * minute, attempts: 7, error: refused)),
            // Published, and in no stream.
            ("sessions.revoke", 75, .published(at: now - 75 * minute)),
        ]
        for (number, row) in trouble.enumerated() {
            let (stream, time) = (StreamTable[row.stream], now - row.minutes * minute)
            let fields = try messages.entry(40_000 + number, of: stream, at: time)
            if let row = SandboxOutboxes.Row(of: fields, on: stream, created: time - Self.wait, row.state) {
                history.append(row)
            }
        }
        try outboxes.add(history)
        history = []
    }

    /// Adds rows for messages, and takes them as the services' dispatchers do; returns the messages that are ours to publish:
    /// another dispatcher may have been faster.
    func take(_ messages: [Content], at time: UInt64) throws -> [Content] {
        let rows = messages.map { SandboxOutboxes.Row(of: $0.fields, on: $0.stream, created: time, .waiting) }
        try outboxes.add(rows.compactMap(\.self))
        published = try outboxes.take(rows.compactMap { $0?.id }, by: Self.worker)
        return zip(messages, rows).filter { _, row in row.map { published.contains($0.id) } ?? true }.map(\.0)
    }

    /// Marks the rows of the last round as published.
    func markPublished() throws {
        defer { published = [] }
        try outboxes.markPublished(published, by: Self.worker)
    }

    /// Who has the API's rows in hand.
    private static let worker = "api-6f4c9b-demo"

    /// How long rows wait for their dispatcher.
    private static let wait: UInt64 = 200
}
