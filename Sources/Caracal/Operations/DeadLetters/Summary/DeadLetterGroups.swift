import Redis

/// Counts the dead letters of a stream by reason, in bounded memory whatever the reasons are.
struct DeadLetterGroups {
    private let stream: [UInt8]
    private(set) var groups: [DeadLetterGroup] = []
    /// Those of reasons that came when there were enough of them.
    private var others: DeadLetterGroup
    private var latest = 0

    /// How many kinds of reason are kept apart.
    static let limit = 64
    /// A kind of reason is told apart by so many bytes of it.
    static let reasonLimit = 128

    init(stream: [UInt8]) {
        self.stream = stream
        others = DeadLetterGroup(stream: stream, reasonKind: nil)
    }

    /// All of them, the largest first, the lumped ones last.
    var sorted: [DeadLetterGroup] {
        groups.sorted { ($1.count, $0.oldest) < ($0.count, $1.oldest) } + (others.count > 0 ? [others] : [])
    }

    mutating func count(_ id: EntryID, _ letter: DeadLetter, in bytes: [UInt8]) {
        let whole = letter.head.reasonKind(in: bytes)
        let kind = whole.lowerBound..<min(whole.upperBound, whole.lowerBound + Self.reasonLimit)
        if let place = place(of: kind, in: bytes) {
            latest = place
            groups[place].count(id, letter, in: bytes)
        } else {
            others.count(id, letter, in: bytes)
        }
    }

    /// The group of a kind of reason; nil when there are too many.
    private mutating func place(of kind: Range<Int>, in bytes: [UInt8]) -> Int? {
        func isGroup(_ place: Int) -> Bool {
            groups[place].reasonKind.map { ByteComparison.equal(bytes, kind, $0) } ?? false
        }
        if latest < groups.count, isGroup(latest) { return latest }
        if let place = groups.indices.first(where: isGroup) { return place }
        guard groups.count < Self.limit else { return nil }
        groups.append(DeadLetterGroup(stream: stream, reasonKind: Array(bytes[kind])))
        return groups.count - 1
    }
}
