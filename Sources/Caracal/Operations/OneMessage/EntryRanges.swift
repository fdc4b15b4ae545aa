import RESP
import Redis

/// Parts of several streams that are read together: one page of each in a round trip, until all are at their ends. How many entries
/// the next page of a part may have is learnt from the one before: entries may be of any size.
struct EntryRanges {
    /// A part of a stream.
    struct Part {
        let target: SignatureTarget
        fileprivate var first: EntryID
        let last: EntryID
        /// How many of its entries were read.
        private(set) var read = 0
        /// Whether all of it was.
        fileprivate(set) var isDone = false
        fileprivate var size = EntryPageSize()
        /// Why the server would not go on; nil where it did.
        fileprivate(set) var refusal: Refusal?

        init(_ target: SignatureTarget, _ range: ClosedRange<EntryID>) {
            self.target = target
            first = range.lowerBound
            last = range.upperBound
        }

        fileprivate mutating func pass(_ id: EntryID?, _ count: Int) {
            read += count
            if let next = id?.next, next <= last { first = next } else { isDone = true }
        }
    }

    /// The parts, in the order in which their entries are told of.
    private(set) var parts: [Part]

    /// How many entries of a part are read at most.
    static let limit = 100_000
    /// How many of them a page has at most: each is a round trip.
    private static let pageLimit = 10_000

    /// Parts of streams.
    ///
    /// - Parameter endBytes: how large the entries at a stream's ends are; nil where that is not known yet.
    init(_ parts: [Part], endBytes: (SignatureTarget) -> Int? = { _ in nil }) {
        self.parts = parts
        for index in parts.indices {
            let bytes = endBytes(parts[index].target)
            self.parts[index].size = EntryPageSize(limit: Self.pageLimit, endBytes: bytes)
        }
    }

    /// Whether there is more to read.
    var hasMore: Bool { parts.contains { isOpen($0) } }
    /// Whether a part was given up before its end.
    var isCut: Bool { parts.contains { !$0.isDone && $0.refusal == nil } }

    private func isOpen(_ part: Part) -> Bool { !part.isDone && part.refusal == nil && part.read < Self.limit }

    /// What the next round trip asks for.
    var commands: [Command] { parts.filter(isOpen).map { range(of: $0).command } }

    private func range(of part: Part) -> XRange {
        XRange(key: part.target.key, first: part.first, last: part.last, count: count(of: part))
    }

    private func count(of part: Part) -> Int { min(part.size.count, Self.limit - part.read) }

    /// Reads the replies to `commands`.
    ///
    /// - Parameter endBytes: see `init`; where it was not known there.
    mutating func read(
        _ replies: ArraySlice<Reply>,
        on connection: any CommandChannel,
        endBytes: (SignatureTarget) -> Int? = { _ in nil },
        each: (SignatureTarget, EntryID, EntryReader) throws -> Void
    ) throws {
        var replies = replies
        for index in parts.indices where isOpen(parts[index]) {
            guard let reply = replies.popFirst() else { break }
            let count = count(of: parts[index])
            switch try connection.read(reply, of: range(of: parts[index])) {
            case .failure(let refusal): parts[index].refusal = refusal
            case .success(var entries):
                let (isFull, last) = (entries.count >= count, entries.lastID)
                while try entries.advance(on: connection) {
                    guard let id = entries.id else { throw connection.misshapen("XRANGE") }
                    try each(parts[index].target, id, entries)
                }
                parts[index].pass(isFull ? last : nil, entries.count)
                parts[index].size.learn(
                    entries: entries.count,
                    bytes: entries.bytes.count,
                    endBytes: endBytes(parts[index].target)
                )
            }
        }
    }
}
