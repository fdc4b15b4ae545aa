import Redis
import Text

/// What to make of a row that was published and whose entry is not in its stream: lost, or not knowable.
///
/// Not in the stream is not lost: the entry may have been trimmed, or deleted by hand. It is lost where the stream can never have held it,
/// or where what is known of its removals cannot have been its entry.
struct MissingRow: Equatable {
    /// Whether the message is in the stream no more, and nothing but a loss explains it.
    let isLost: Bool
    /// Whether it is certain that it is in the stream no more: it was trimmed or deleted, or is lost.
    let isGone: Bool
    /// Why, in a clause.
    let evidence: TerminalText

    /// - Parameters:
    ///   - time: when its entry must have been added, in milliseconds by the clock of Redis: an id tells that.
    ///   - stream: the stream, looked at after it was searched.
    ///   - bound: the stream's bound; nil where it has none.
    ///   - isReplica: whether the server is a replica, which may lack what its master has.
    ///   - trimsOldestFirst: whether trimming is certain to have spared what lies behind an entry that is there.
    init(
        at time: ClosedRange<UInt64>,
        in stream: StreamState,
        bound: UInt64?,
        isReplica: Bool,
        trimsOldestFirst: Bool
    ) {
        let (isGone, (isLost, evidence)): (Bool, (Bool, TerminalText)) =
            switch stream {
            case .missing where !isReplica: (true, (true, "the stream does not exist"))
            case .otherType: (false, (false, "its key holds no stream"))
            case .refused: (false, (false, "the server would not show its stream"))
            case .stream(let info, _) where !isReplica: (true, Self.judge(time, info, bound, trimsOldestFirst))
            case .missing, .stream: (false, (false, "the server is a replica: its master may have it"))
            }
        (self.isGone, self.isLost, self.evidence) = (isGone, isLost, evidence)
    }

    private init(unknown evidence: TerminalText, isGone: Bool = false) {
        (isLost, self.isGone, self.evidence) = (false, isGone, evidence)
    }

    /// A row whose stream, or its dead letters, could not be read to the end.
    static let unreadable = MissingRow(unknown: "its stream or its dead letters could not be read")
    /// A row whose payload gives its entry another id.
    static let renamed = MissingRow(unknown: "its payload has an outbox_id, which its entry has instead of the row's")

    /// A row that does not tell when it was published: nothing tells whether its entry was there.
    ///
    /// - Parameter isGone: whether it is certain that it is in the stream no more.
    static func undated(isGone: Bool) -> MissingRow {
        MissingRow(unknown: "the row does not tell when it was published", isGone: isGone)
    }

    /// Why a row is not called lost for no other reason than that Redis does not tell of entries trimmed with ACKED.
    private static let acknowledged: TerminalText =
        "older entries are there, but trimming with ACKED may have removed it"

    /// Whether it is lost unless it was trimmed with ACKED, of which Redis 8.2 and newer do not tell.
    var isLostUnlessAcknowledged: Bool { evidence == Self.acknowledged }

    /// The services trim every stream to this at most, whatever its bound is.
    private static let servicesBound: UInt64 = 100_000

    private static func judge(
        _ time: ClosedRange<UInt64>,
        _ stream: StreamInfo,
        _ bound: UInt64?,
        _ trimsOldestFirst: Bool
    ) -> (Bool, TerminalText) {
        let last = stream.lastGeneratedID
        if last.milliseconds < time.lowerBound {
            return (
                true, last == .zero ? "the stream never had an entry" : "the last id of the stream, \(last), is older"
            )
        }
        let wasCut = stream.entriesAdded.map { $0 > stream.length }
        // Redis 7 takes a stream that an older one wrote for one from which nothing was removed.
        let isFull = stream.length >= min(bound ?? servicesBound, servicesBound)
        guard let first = stream.firstID, first.milliseconds <= time.upperBound else {
            let start: TerminalText = stream.firstID.map { "the stream begins at \($0)" } ?? "the stream is empty"
            return switch wasCut {
            case false? where isFull:
                (false, "\(start) and is full: it may have been trimmed before Redis was upgraded to 7")
            case true?: (false, "\(start): it may have been trimmed")
            case false?: (true, "\(start), and nothing was ever removed from it: it was made anew")
            case nil: (false, "\(start), and before Redis 7 the server does not tell whether anything was removed")
            }
        }
        guard let deleted = stream.maxDeletedID, let wasCut else {
            return (false, "before Redis 7 the server does not tell whether it was deleted")
        }
        if deleted.milliseconds >= time.lowerBound {
            return (false, "XDEL removed entries up to \(deleted): it may be one of them")
        }
        if wasCut || isFull, first.milliseconds >= time.lowerBound {
            return (false, "the stream begins at \(first): it may have been trimmed")
        }
        // Such trimming takes acknowledged entries from behind one that is pending, and the greatest id deleted does not tell of it.
        if wasCut, !trimsOldestFirst {
            return (false, Self.acknowledged)
        }
        return (
            true,
            wasCut
                ? "older entries are there, and none of its time was deleted"
                : "nothing was ever removed from the stream"
        )
    }
}
