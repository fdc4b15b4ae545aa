import Caracal
import Redis
import Rendering

/// Writes one line of JSON for each message as its outcome becomes known: `publish -o ndjson`.
final class ReceiptWriter {
    private let stream: StreamDefinition
    private var writer = JSONWriter()
    private var pending = 0
    private let output = Output()

    init(_ stream: StreamDefinition) {
        self.stream = stream
    }

    deinit {
        flush()
    }

    /// Notes one outcome.
    func note(_ line: Int, _ outcome: PublishOutcome) {
        var id: String?
        var reason: String?
        switch outcome {
        case .published(let entry): id = entry.description
        case .refused(let refusal): reason = refusal.message.readable
        case .noStream: reason = "no such stream"
        }
        writer.write([
            "line": .integer(Int64(line)), "stream": .string(stream.name),
            "outcome": .string(id == nil ? "refused" : "new"), "id": JSONValue(id), "reason": JSONValue(reason),
        ])
        writer.endLine()
        pending += 1
        if pending >= 256 { flush() }
    }

    private func flush() {
        // Messages are published whether or not anybody reads the receipts.
        try? output.write(writer.drain())
        pending = 0
    }
}
