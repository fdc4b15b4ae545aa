/// Rows that are kept until the streams were read to their ends, since nothing but a valid entry settles them: 24 bytes each, in the order
/// of their ids, in parts, so that nothing is copied when there are more.
struct KeptRows {
    /// Each in the order of the ids, none of them empty.
    private var parts: [[ComparedRow]] = []

    /// A row's place.
    struct Place {
        fileprivate var part = 0
        fileprivate var index = 0
    }

    /// How many rows there are.
    private(set) var count = 0
    /// Where a row was looked for last.
    private var near = Place()

    /// How many rows a part has before another one is begun.
    private static let partRows = 32_768

    /// Adds rows, in any order.
    mutating func append(_ rows: consuming [ComparedRow]) {
        guard !rows.isEmpty else { return }
        count += rows.count
        rows.sort { $0.bits < $1.bits }
        if let last = parts.last?.last, last.bits < rows[0].bits, parts[parts.count - 1].count < Self.partRows {
            parts[parts.count - 1] += rows
        } else {
            parts.append(rows)
        }
    }

    /// Notes that an entry of a stream has this id as its `outbox_id`.
    mutating func note(_ bits: UUIDBits, _ refusal: SkipReason?, in stream: UInt8) -> EntryNote {
        guard let place = nextPlace(of: bits) else { return .stranger }
        return parts[place.part][place.index].note(refusal, in: stream)
    }

    /// A row; nil where it is not here.
    subscript(bits: UUIDBits) -> ComparedRow? {
        place(of: bits).map { parts[$0.part][$0.index] }
    }

    /// Changes a row, if it is here. Rows that come in their order are found at once.
    ///
    /// - Returns: what `change` does; nil where it is not here.
    @discardableResult
    mutating func update<Result>(
        _ bits: UUIDBits,
        _ change: (inout ComparedRow) throws -> Result
    ) rethrows -> Result? {
        guard let place = nextPlace(of: bits) else { return nil }
        return try change(&parts[place.part][place.index])
    }

    /// Changes all rows.
    mutating func updateAll(_ change: (inout ComparedRow) -> Void) {
        for part in parts.indices {
            for index in parts[part].indices { change(&parts[part][index]) }
        }
    }

    /// The place of a row; the next one is looked for from there on.
    private mutating func nextPlace(of bits: UUIDBits) -> Place? {
        guard let place = place(of: bits) else { return nil }
        near = place
        return place
    }

    private func place(of bits: UUIDBits) -> Place? {
        if near.part < parts.count, let index = index(of: bits, in: near.part) {
            return Place(part: near.part, index: index)
        }
        // A part has thousands of rows. Most are in the last one.
        for part in parts.indices.reversed() {
            if let index = index(of: bits, in: part) { return Place(part: part, index: index) }
        }
        return nil
    }

    private func index(of bits: UUIDBits, in part: Int) -> Int? {
        guard let first = parts[part].first, let last = parts[part].last, first.bits <= bits, bits <= last.bits else {
            return nil
        }
        let guess = part == near.part ? near.index : parts[part].count / 2
        let index = UUIDBits.place(of: bits, near: guess, among: parts[part].count) { parts[part][$0].bits }
        return parts[part][index].bits == bits ? index : nil
    }

    /// Calls `body` with each row.
    func forEach(_ body: (ComparedRow) throws -> Void) rethrows {
        for part in parts { for row in part { try body(row) } }
    }

    /// Forgets all rows for which `isNeeded` is false.
    mutating func keep(where isNeeded: (ComparedRow) -> Bool) {
        for part in parts.indices { parts[part].removeAll { !isNeeded($0) } }
        parts.removeAll(where: \.isEmpty)
        count = parts.reduce(0) { $0 + $1.count }
    }

    /// Puts all rows in the order of their ids. They are already, unless the database has another order.
    mutating func sort() {
        let isSorted = zip(parts, parts.dropFirst()).allSatisfy { left, right in
            guard let last = left.last, let first = right.first else { return true }
            return last.bits < first.bits
        }
        if !isSorted { parts = [parts.flatMap(\.self).sorted { $0.bits < $1.bits }] }
    }

    /// The ids of the next rows that meet a condition, at most `limit`.
    ///
    /// - Parameter place: where to go on; is moved behind them.
    func next(_ limit: Int, from place: inout Place, where isMeant: (ComparedRow) -> Bool) -> [UUIDBits] {
        var ids: [UUIDBits] = []
        while place.part < parts.count {
            while place.index < parts[place.part].count {
                guard ids.count < limit else { return ids }
                let row = parts[place.part][place.index]
                if isMeant(row) { ids.append(row.bits) }
                place.index += 1
            }
            place = Place(part: place.part + 1)
        }
        return ids
    }
}
