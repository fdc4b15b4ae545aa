import Redis

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
    /// What would mend it; nil when nothing is to be done.
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
