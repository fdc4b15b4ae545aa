import Redis

/// Something amiss that is no figure.
package enum CheckFault: Sendable, Equatable {
    /// A stream of the table does not exist.
    case missingStream(StreamDefinition)
    /// A key of another type lies under a stream's name.
    case otherType(StreamDefinition, OtherType)
    /// A group of the table, through which a public service reads, does not exist.
    case missingGroup(StreamDefinition, GroupDefinition)
    /// The server would not say anything of a stream.
    case refused(StreamDefinition, Refusal)
    /// So many entries were trimmed before this group was given them.
    case lost(StreamDefinition, group: [UInt8], count: UInt64)

    /// What is to be thought of it. What is lost cannot be mended by haste: it stays a warning until the group has read on.
    package var state: CheckState {
        switch self {
        case .missingStream, .otherType, .missingGroup: .critical
        case .refused: .unknown
        case .lost: .warning
        }
    }
}
