import Redis

/// A place in a stream, as an operator names it.
package enum StreamPosition: Sendable, Equatable {
    /// `-`: before the first entry.
    case start
    /// `+`: after the last entry.
    case end
    /// An exact id.
    case id(EntryID)
    /// All ids of one millisecond: an id without its second half, or a time.
    case millisecond(UInt64)
    /// This many milliseconds before now.
    case ago(milliseconds: UInt64)

    /// The first id that lies at or behind this place, by a clock that stands at `now` (Unix milliseconds).
    package func first(now: UInt64) -> EntryID {
        switch self {
        case .start: .zero
        case .end: .maximum
        case .id(let id): id
        case .millisecond(let milliseconds): EntryID(milliseconds: milliseconds, sequence: 0)
        case .ago(let ago): EntryID(milliseconds: now - min(now, ago), sequence: 0)
        }
    }

    /// The last id that lies at or before this place.
    package func last(now: UInt64) -> EntryID {
        switch self {
        case .start, .end, .id: first(now: now)
        case .millisecond, .ago: EntryID(milliseconds: first(now: now).milliseconds, sequence: .max)
        }
    }

    /// Whether an id is the one that is named, or one of the millisecond that is.
    package func contains(_ id: EntryID) -> Bool { first(now: 0) <= id && id <= last(now: 0) }

    /// Whether it is a time before now, for which a clock has to be asked.
    var isRelative: Bool {
        if case .ago = self { true } else { false }
    }

    /// As it is typed.
    package var text: String {
        switch self {
        case .start: "-"
        case .end: "+"
        case .id(let id): "\(id)"
        case .millisecond(let milliseconds): "\(milliseconds)"
        case .ago(let milliseconds): "-\(milliseconds)ms"
        }
    }
}

extension EntryID {
    /// The age in milliseconds by a clock that stands at `now`; nil when the id is no clock time, or ahead of that clock.
    package func age(at now: UInt64?) -> UInt64? {
        elapsed(at: now).flatMap { UInt64(exactly: $0) }
    }

    /// Milliseconds since its time by a clock that stands at `now`, less than 0 for an id ahead of it; nil when it is no clock time.
    ///
    /// Ids are made from the server's clock, but an entry may be given any: what lies before 2001 is none.
    package func elapsed(at now: UInt64?) -> Int? {
        guard let now, milliseconds >= 1_000_000_000_000 else { return nil }
        return now >= milliseconds ? Int(clamping: now - milliseconds) : -Int(clamping: milliseconds - now)
    }
}
