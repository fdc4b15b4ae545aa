import RESP
import Redis

/// What provisioning found and did.
package struct ProvisionReport: Sendable, Equatable {
    /// A line for every group, and for every stream without one.
    package let items: [ProvisionItem]
    /// What else an operator should know.
    package let findings: [Finding]
    /// The signal that ended it before what was created could be read again: the server has confirmed it. Nil where none did.
    package let signal: Int32?

    init(items: [ProvisionItem], findings: [Finding], signal: Int32? = nil) {
        self.items = items
        self.findings = findings
        self.signal = signal
    }

    /// How many lines stand like this.
    package func count(_ result: ProvisionItem.Result) -> Int {
        items.count { $0.result == result }
    }
}

/// One line of the provisioning table held against the server: a group, or a stream that has none.
package struct ProvisionItem: Sendable, Equatable {
    /// How it stands.
    package enum Result: String, Sendable {
        case created
        case exists
        case refused
        case missing
    }

    /// The stream.
    package let stream: StreamDefinition
    /// The group; nil for a stream without groups.
    package let group: GroupDefinition?
    /// How it stands.
    package var result: Result
    /// Where the group was, or would be, started; nil when there is nothing to start.
    package var start: GroupStart?
    /// How many entries the group will not see, because it starts behind them.
    package var skipped: UInt64 = 0
    /// Why it was refused, or why it is missing after all.
    package var refusal: ProvisionProblem?
    /// What would fix it; nil when nothing is to be done.
    package var step: ProvisionStep?
}

/// Why a line of the table could not be brought about.
package enum ProvisionProblem: Sendable, Equatable {
    /// The key holds something else; it is never deleted.
    case otherType(OtherType)
    /// The server's own refusal.
    case server(Refusal)
    /// The server is a replica: it takes no writes, so none was sent.
    case replica
    /// The server confirmed it, and it was gone when it was read again.
    case vanished
}

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
