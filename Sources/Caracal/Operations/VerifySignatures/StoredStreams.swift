/// The streams that a file's lines belong to, which may come in any order.
struct StoredStreams {
    /// What became of choosing a line's stream.
    enum Choice {
        /// The check is set to it.
        case selected
        /// It is not among those that are wanted.
        case leftOut
        /// There are too many to keep apart in bounded memory.
        case tooMany
    }

    private let targets: [SignatureTarget]
    private var streams: [CheckedStream]
    private var places: [[UInt8]: Int] = [:]
    /// The stream the check is set to, as an index into `streams`.
    private var current: Int?

    /// How many streams are kept apart.
    static let limit = 10_000

    init(targets: [SignatureTarget]) {
        self.targets = targets
        streams = targets.map { CheckedStream(target: $0) }
        for (place, target) in targets.enumerated() { places[target.key] = place }
    }

    /// Sets the check to the stream called `key`.
    mutating func select(_ key: [UInt8], in check: inout SignatureCheck) -> Choice {
        if let current, streams[current].target.key == key { return .selected }
        if places[key] == nil {
            guard targets.isEmpty else { return .leftOut }
            guard streams.count < Self.limit else { return .tooMany }
            places[key] = streams.count
            streams.append(CheckedStream(target: SignatureTarget(key: key)))
        }
        save(check)
        current = places[key]
        if let current { check.stream = streams[current] }
        return .selected
    }

    /// Puts all of them into the report.
    mutating func finish(_ check: inout SignatureCheck) {
        save(check)
        check.report.streams = streams
    }

    private mutating func save(_ check: SignatureCheck) {
        if let current { streams[current] = check.stream }
    }
}
