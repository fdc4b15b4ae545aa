import Caracal
import Redis
import Rendering

/// Writes a line of JSON for each message that was dealt with: `dlq redrive -o ndjson`.
final class DLQReceipts {
    private let output: Output
    private var writer = JSONWriter()
    private var pending = 0

    init(_ output: Output) { self.output = output }

    /// Notes what became of a message.
    func append(_ stream: [UInt8], _ id: EntryID, _ outcome: RedriveOutcome) {
        var newID: EntryID?
        var reason: String?
        if case .moved(let id) = outcome { newID = id }
        if case .refused(let refusal) = outcome { reason = refusal.text }
        writer.write([
            "stream": .bytes(stream), "id": .string("\(id)"), "outcome": .string(outcome.word),
            "new_id": JSONValue(newID?.description), "reason": JSONValue(reason),
        ])
        writer.endLine()
        pending += 1
        if pending >= 256 { flush() }
    }

    /// Writes what has gathered. Messages are moved whether or not anybody reads it.
    func flush() {
        try? output.write(writer.drain())
        pending = 0
    }
}

extension RedriveOutcome {
    /// The outcome as a word for programs.
    fileprivate var word: String {
        switch self {
        case .moved: "moved"
        case .gone: "gone"
        case .noStream: "no_stream"
        case .refused: "refused"
        }
    }
}
