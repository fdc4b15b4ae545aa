import Rendering

/// Writes a line of JSON for each message as what became of it is known: `publish` and `dlq redrive` with `-o ndjson`.
final class ReceiptWriter {
    private let session: Session
    private var writer = JSONWriter()
    private var waiting = 0

    /// This many lines are written at once.
    private static let batch = 256

    /// A writer where receipts were asked for; nil elsewhere.
    init?(_ session: Session) {
        guard session.output.format.value == .ndjson else { return nil }
        self.session = session
    }

    /// Notes what became of one message.
    func note(_ receipt: JSONValue) {
        writer.write(receipt)
        writer.endLine()
        waiting += 1
        if waiting >= Self.batch { flush() }
    }

    /// Writes what has been noted. Messages are dealt with whether or not anybody reads it; the session knows.
    func flush() {
        try? session.deliver(asTheyAre: writer.drain())
        waiting = 0
    }
}
