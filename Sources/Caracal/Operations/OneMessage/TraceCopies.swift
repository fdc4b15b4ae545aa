import Redis

extension TraceReport {
    /// Tells which entries are copies of which: the first of a message is none.
    ///
    /// An entry that was asked for by its id is no copy of one that merely says the same, even of an older one: that may be another
    /// message, and then what became of it is of no concern.
    ///
    /// - Parameters:
    ///   - name: what was asked for.
    ///   - places: the streams in which an entry of that id is meant.
    mutating func tellCopies(of name: MessageName, in places: [SignatureTarget]) {
        let isNamed = { (entry: Entry) in name.isID(of: entry.id) && places.contains(entry.target) }
        for index in entries.indices {
            let entry = entries[index]
            guard let identity = entry.identity else { continue }
            let isLike = { (other: Entry) in other.target.key == entry.target.key && other.identity == identity }
            let first = entries[..<index].first(where: isLike)?.id
            guard case .entry = name, identity.producedID == nil else {
                entries[index].original = first
                continue
            }
            guard !isNamed(entry) else { continue }
            entries[index].original = entries.first { isLike($0) && isNamed($0) }?.id ?? first
            entries[index].isDoubtful = entries[index].original != nil
        }
    }
}
