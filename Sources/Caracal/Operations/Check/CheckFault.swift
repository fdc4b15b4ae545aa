import Redis
import Text

/// Something amiss that is no figure.
package enum CheckFault: Sendable, Equatable {
    /// A stream of the table does not exist, is none, or the server would not say.
    case stream(StreamProblem)
    /// A group of the table, through which a public service reads, does not exist.
    case missingGroup(StreamDefinition, GroupDefinition)
    /// Entries were, or may have been, removed before this group was given them.
    case lost(StreamDefinition, group: [UInt8], GroupLoss)
    /// The server is a replica, of this master where it tells: it takes no writes.
    case replica(server: String?, master: TerminalText?)
    /// The server refuses writes.
    case writesRefused(server: String?, WriteObstacle)
    /// The last snapshot failed, and writes go on.
    case snapshotFailed(server: String?)
    /// A group was put behind entries that it had not read.
    case skipped(StreamDefinition, group: [UInt8])
    /// A stream's last id lies so many milliseconds ahead of the server's clock.
    case futureID(StreamDefinition, ahead: UInt64)
    /// A stream's last id is the greatest there is: it takes no entry any more.
    case lastID(StreamDefinition)
    /// Signatures among the newest entries, by the finding's severity.
    case signatures(Finding)

    /// What is to be thought of it. What is lost cannot be mended by haste: it stays a warning until the group has read on.
    package var state: CheckState {
        switch self {
        case .missingGroup, .replica, .writesRefused, .lastID: .critical
        case .signatures(let finding): finding.severity == .failure ? .critical : .warning
        case .stream(.refused), .lost(_, _, .possible): .unknown
        case .stream: .critical
        case .lost, .snapshotFailed, .skipped, .futureID: .warning
        }
    }
}
