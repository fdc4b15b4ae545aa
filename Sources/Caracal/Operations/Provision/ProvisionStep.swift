import RESP
import Redis

/// One write of a provisioning plan.
package enum ProvisionStep: Sendable, Equatable {
    /// Create a group, and its stream where there is none.
    case createGroup(stream: StreamDefinition, group: GroupDefinition, start: GroupStart)
    /// Plant the entry of a stream that no group creates.
    case seed(stream: StreamDefinition, entry: SeedEntry)

    /// The stream it writes to.
    package var stream: StreamDefinition {
        switch self {
        case .createGroup(let stream, _, _), .seed(let stream, _): stream
        }
    }

    /// The command that carries it out. Sent twice, it does nothing the second time.
    package var command: Command {
        switch self {
        case .createGroup(let stream, let group, let start):
            XGroupCreate(key: stream.key, group: Array(group.name.utf8), start: start.rawValue).command
        case .seed(let stream, let entry):
            entry.request(for: stream).command
        }
    }

    /// Whether the refusal means that somebody else was quicker: what was wanted is there.
    package func isAlreadyDone(_ refusal: Refusal) -> Bool {
        switch self {
        case .createGroup: refusal.kind == .busyGroup
        case .seed: refusal.begins(with: "ERR The ID specified in XADD is equal or smaller")
        }
    }
}
