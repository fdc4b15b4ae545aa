import RESP
import Testing

/// Bytes a hostile, broken or merely unusual server sends, and what must come of them.
struct HostileFrame: Sendable, CustomTestStringConvertible {
    enum Outcome: Sendable {
        /// A protocol error at once.
        case violation(ProtocolError)
        /// Nothing: the reader goes on waiting, until its deadline.
        case waiting
        /// That many replies and no surplus.
        case replies(Int)
    }

    let name: String
    let bytes: [UInt8]
    let outcome: Outcome

    var testDescription: String { name }

    init(_ name: String, _ wire: String, _ outcome: Outcome) {
        self.init(name, Array(wire.utf8), outcome)
    }

    init(_ name: String, _ bytes: [UInt8], _ outcome: Outcome) {
        self.name = name
        self.bytes = bytes
        self.outcome = outcome
    }
}
