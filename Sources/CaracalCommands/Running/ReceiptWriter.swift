import Caracal
import Redis
import Rendering

/// Writes one line of JSON for each message as its outcome becomes known: `publish -o ndjson`.
///
/// Messages are published whether or not anybody reads the receipts.
final class ReceiptWriter {
    private let stream: StreamDefinition
    private var writer = JSONWriter()
    private var pending = 0
    private let output = Output()
    /// Why receipts could not be written; nil when all could. A reader that has gone counts too.
    private(set) var failure: (any Error)?

    init(_ stream: StreamDefinition) {
        self.stream = stream
    }

    /// Notes one outcome.
    func note(_ line: Int, _ outcome: PublishOutcome) {
        guard failure == nil else { return }
        var id: String?
        var reason: String?
        switch outcome {
        case .published(let entry): id = entry.description
        case .refused(let refusal): reason = refusal.text
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

    /// Writes what has been noted so far.
    func flush() {
        guard failure == nil, pending > 0 else { return }
        do { try output.write(writer.drain()) } catch { failure = error }
        pending = 0
    }
}
