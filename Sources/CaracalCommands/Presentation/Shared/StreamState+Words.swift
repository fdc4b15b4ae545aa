import Caracal
import Redis

extension StreamState {
    /// What a table says instead of figures; nil for a stream.
    var problem: String? {
        switch self {
        case .missing: "MISSING"
        case .otherType: "NOT A STREAM"
        case .refused(let refusal): refusal.word
        case .stream: nil
        }
    }

    /// Whether the stream exists, as JSON tells it: a key of another type is no stream; nil for what the server would not
    /// say.
    var exists: Bool? {
        switch self {
        case .stream: true
        case .missing, .otherType: false
        case .refused: nil
        }
    }
}

extension Refusal {
    /// What a table says instead of what was refused.
    var word: String {
        kind == .noPermission ? "NOT PERMITTED" : "REFUSED"
    }
}
