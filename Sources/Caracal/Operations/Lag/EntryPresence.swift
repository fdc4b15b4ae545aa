import Redis

/// Whether an entry that was delivered once is still in its stream.
package enum EntryPresence: String, Sendable, Equatable {
    /// It is there.
    case present
    /// The stream begins behind it: it was trimmed, or deleted.
    case trimmed
    /// It is not there, though older entries are.
    case deleted
    /// The server would not say.
    case unknown

    /// Whether it exists; nil when that is not known.
    package var exists: Bool? {
        switch self {
        case .present: true
        case .trimmed, .deleted: false
        case .unknown: nil
        }
    }
}

extension StreamInfo {
    /// Whether an entry that was added once is still there, as far as the stream's ends tell; nil when it must be looked for.
    ///
    /// Trimming removes from the front only, so what lies ahead of the first entry is gone, and behind the greatest id that
    /// was ever deleted nothing is missing. Redis 7 and later tell that id.
    package func presence(of id: EntryID) -> EntryPresence? {
        guard let firstID, id >= firstID else { return .trimmed }
        guard let maxDeletedID, id > maxDeletedID else { return nil }
        return .present
    }
}

extension CommandChannel {
    /// Where each of these entries of a stream is, asking only for those that the stream's ends leave open: one round trip
    /// at most.
    ///
    /// - Parameter wasAdded: whether an id is that of an entry for certain, as it is of a pending one. The others may never
    ///   have been in the stream.
    package func presence(
        of ids: [EntryID],
        key: [UInt8],
        stream: StreamInfo,
        wasAdded: (EntryID) -> Bool = { _ in true }
    ) throws(RedisError) -> [EntryPresence] {
        var found = ids.map { id in
            stream.presence(of: id).flatMap { $0 == .present && !wasAdded(id) ? nil : $0 }
        }
        let open = found.indices.filter { found[$0] == nil }
        guard !open.isEmpty else { return found.map { $0 ?? .unknown } }
        let answers = try ask(open.map { EntryExists(key: key, id: ids[$0]) })
        for (index, answer) in zip(open, answers) {
            found[index] = answer.value.map { $0 ? .present : .deleted } ?? .unknown
        }
        return found.map { $0 ?? .unknown }
    }
}
