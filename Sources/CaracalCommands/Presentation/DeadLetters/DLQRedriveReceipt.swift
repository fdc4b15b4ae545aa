import Caracal
import Redis
import Rendering

/// The line of `dlq redrive -o ndjson` for one message.
struct DLQRedriveReceipt {
    /// The stream of the dead letter, and its id there.
    let stream: [UInt8]
    let id: EntryID
    let outcome: RedriveOutcome

    var json: JSONValue {
        [
            "stream": .bytes(stream), "id": .string("\(id)"), "outcome": .string(word),
            "new_id": JSONValue(newID?.description), "reason": JSONValue(refusal?.text),
        ]
    }

    private var newID: EntryID? {
        if case .moved(let id) = outcome { id } else { nil }
    }

    private var refusal: Refusal? {
        if case .refused(let refusal) = outcome { refusal } else { nil }
    }

    private var word: String {
        switch outcome {
        case .moved: "moved"
        case .gone: "gone"
        case .changed: "changed"
        case .noStream: "no_stream"
        case .refused: "refused"
        }
    }
}
