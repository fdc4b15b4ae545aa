import Postgres

/// A row of one of the outboxes, in the terms of both.
package struct OutboxRow: Sendable, Equatable {
    /// The table it is in.
    package let outbox: OutboxTable
    /// Its id: what becomes the entry's `outbox_id`.
    package let id: [UInt8]
    /// The key of the stream it is for.
    package let stream: [UInt8]
    /// How it stands, by the clock of the database.
    package let state: OutboxState
    /// How often it was tried to publish it. The API counts an attempt when it begins, the Coordinator when it ends.
    package let attempts: Int64
    /// When it was made, in Unix milliseconds; nil for what is no such time.
    package let createdAt: UInt64?
    /// From when on it may be published, in Unix milliseconds; nil for never.
    package let availableAt: UInt64?
    /// When it was published, in Unix milliseconds; nil where it was not.
    package let publishedAt: UInt64?
    /// The message, as JSON text; nil where it was not asked for.
    package let payload: [UInt8]?
    /// Until when a dispatcher has it, in Unix milliseconds; nil where none has, or the table does not tell.
    package let lockedUntil: UInt64?
    /// The dispatcher that has it, or had it last.
    package let lockedBy: [UInt8]?
    /// Whether its lock ran out and nobody took it back: its dispatcher may be gone.
    package let isLockRunOut: Bool
    /// Why it was not published when that was tried last; the Coordinator does not keep it.
    package let lastError: [UInt8]?
    /// The API's `request_id`, or the Coordinator's `dedupe_key`.
    package let reference: [UInt8]?
    /// The text of its `seenColumns` as they were seen.
    let seen: [[UInt8]?]

    /// Reads the columns of `OutboxTable.columns`; nil where they hold what they cannot.
    init?(_ columns: PostgresRow, of outbox: OutboxTable) {
        guard let id = columns.bytes(0), let stream = columns.bytes(1),
            let state = columns.text(2).flatMap(OutboxState.init), let attempts = columns.integer(3)
        else { return nil }
        self.outbox = outbox
        self.id = id
        self.stream = stream
        self.state = state
        self.attempts = attempts
        createdAt = columns.moment(4)
        // Of a dead row the Coordinator keeps the time of its last attempt.
        availableAt = state == .dead ? nil : columns.moment(5)
        publishedAt = columns.moment(6)
        payload = columns.bytes(7)
        lockedUntil = columns.moment(8)
        lockedBy = columns.bytes(9)
        isLockRunOut = columns.boolean(10) == true && state != .published
        lastError = columns.bytes(11)
        reference = columns.bytes(12)
        seen = outbox.seenColumns.indices.map { columns.bytes(13 + $0) }
    }

    /// Whether it comes before another one: the older first.
    func precedes(_ other: OutboxRow) -> Bool {
        let (own, others) = (createdAt ?? .max, other.createdAt ?? .max)
        return own == others ? id.lexicographicallyPrecedes(other.id) : own < others
    }

    /// Milliseconds since it was made, by a clock that stands at `now`, less than 0 for what is ahead of it; nil where that is not known.
    package func age(at now: UInt64) -> Int? { createdAt.map { Int(clamping: now) - Int(clamping: $0) } }
}

extension OutboxRow {
    /// The message as its dispatcher publishes it, before it is signed; nil where the payload was not asked for.
    package var message: Result<Message, OutboxPayloadError>? {
        guard let payload else { return nil }
        do throws(OutboxPayloadError) {
            switch outbox {
            case .api: return .success(try OutboxMessage.api(id: id, payload: payload))
            case .coordinator:
                return .success(try OutboxMessage.coordinator(id: id, dedupeKey: reference ?? [], payload: payload))
            }
        } catch {
            return .failure(error)
        }
    }
}

extension OutboxRow {
    /// The payload as JSON without white space between tokens; nil where it was not asked for, or is nested too deep to be read.
    package var compactPayload: [UInt8]? {
        guard let payload else { return nil }
        var scanner = JSONScanner(payload)
        guard [UInt8(ascii: "{"), UInt8(ascii: "[")].contains(scanner.next) else { return payload }
        guard let range = try? scanner.compactContainer() else { return nil }
        return Array(scanner.bytes[range])
    }
}

extension PostgresRow {
    /// A time in Unix milliseconds; nil for NULL, and for infinity.
    func moment(_ column: Int) -> UInt64? { integer(column).flatMap { UInt64(exactly: $0) } }
}
