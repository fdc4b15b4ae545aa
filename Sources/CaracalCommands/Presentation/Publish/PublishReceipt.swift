import Caracal
import Redis
import Rendering
import Text

/// The line of `publish -o ndjson` for one message.
struct PublishReceipt {
    let stream: StreamDefinition
    /// The line of the input it was on.
    let line: Int
    let outcome: PublishOutcome

    var json: JSONValue {
        [
            "line": .integer(Int64(line)), "stream": .string(stream.name),
            "outcome": .string(id == nil ? "refused" : "new"), "id": JSONValue(id?.description),
            "reason": JSONValue(reason),
        ]
    }

    private var id: EntryID? {
        if case .published(let id) = outcome { id } else { nil }
    }

    private var reason: TerminalText? {
        switch outcome {
        case .published: nil
        case .refused(let refusal): refusal.text
        case .noStream: "no such stream"
        }
    }
}
