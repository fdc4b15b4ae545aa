/// Rows for which no entry was found that consumers take.
struct MissingRows {
    private var rows: KeptRows
    /// Those whose ids are no UUIDs.
    private var others: [[UInt8]: ComparedRow]

    init(_ rows: KeptRows = KeptRows(), _ others: [[UInt8]: ComparedRow] = [:]) {
        (self.rows, self.others) = (rows, others)
        self.rows.sort()
    }

    /// Whether there are none.
    var isEmpty: Bool { rows.count == 0 && others.isEmpty }

    /// Notes an entry of a stream that has this id as its `outbox_id`, if its row is here and has none still.
    ///
    /// - Parameters:
    ///   - id: the `outbox_id`.
    ///   - refusal: why consumers skip it; nil where they do not, or where that is not known.
    mutating func note(_ id: Span<UInt8>, _ refusal: SkipReason? = nil, in stream: Int) -> EntryNote {
        let stream = UInt8(clamping: stream)
        guard let bits = UUIDBits(id) else {
            guard !others.isEmpty, others[id.array]?.found == 0 else { return .stranger }
            return others[id.array]?.note(refusal, in: stream) ?? .stranger
        }
        // Nothing is made of more than that it is there.
        let note = rows.note(bits, refusal, in: stream)
        if case .second = note { return .further(isForged: false) }
        return note
    }

    /// Notes a dead letter of a stream, if its row is here and has no entry that consumers take.
    ///
    /// - Parameters:
    ///   - id: the `outbox_id` of the message inside.
    ///   - refusal: why consumers skip that message; asked where it matters.
    /// - Returns: whether the row is there for no other reason.
    mutating func noteLetter(
        _ id: Span<UInt8>,
        in stream: Int,
        refusal: () throws -> SkipReason?
    ) rethrows -> Bool {
        let stream = UInt8(clamping: stream)
        guard let bits = UUIDBits(id) else {
            guard !others.isEmpty else { return false }
            return try others[id.array]?.noteLetter(in: stream, refusal: refusal) ?? false
        }
        return try rows.update(bits) { try $0.noteLetter(in: stream, refusal: refusal) } ?? false
    }

    /// The numbers of their streams.
    var streams: [Int] {
        var isNamed = Array(repeating: false, count: Int(UInt8.max) + 1)
        rows.forEach { if $0.found == 0 { isNamed[Int($0.stream)] = true } }
        for row in others.values where row.found == 0 { isNamed[Int(row.stream)] = true }
        return isNamed.indices.filter { isNamed[$0] }
    }

    /// How many are neither found nor settled.
    var openCount: UInt64 {
        var count: UInt64 = 0
        rows.forEach { if $0.found == 0, $0.settlement != .done { count += 1 } }
        return count + UInt64(others.values.count { $0.found == 0 && $0.settlement != .done })
    }

    /// A row that has no entry still; nil for any other.
    subscript(id: [UInt8]) -> ComparedRow? {
        let row = UUIDBits(id.span).map { rows[$0] } ?? others[id]
        return row?.found == 0 ? row : nil
    }

    /// The least and the greatest UUID of the rows that have no entry and are not settled; nil where there are none.
    var openEnds: (first: UUIDBits, last: UUIDBits)? {
        var ends: (UUIDBits, UUIDBits)?
        forEachOpen { ends = (ends?.0 ?? $0.bits, $0.bits) }
        return ends
    }

    /// Notes how far a row is settled.
    mutating func settle(_ id: Span<UInt8>, _ settlement: ComparedRow.Settlement) {
        if let bits = UUIDBits(id) {
            rows.update(bits) { $0.settlement = settlement }
        } else if !others.isEmpty {
            others[id.array]?.settlement = settlement
        }
    }

    /// Notes how a row was found that was read again, if its id is a UUID and it has no entry and was not settled at all.
    ///
    /// - Parameter settlement: what to note; nil for nothing.
    mutating func settleOpen(_ bits: UUIDBits, _ settlement: (ComparedRow) -> ComparedRow.Settlement?) {
        rows.update(bits) { row in
            guard row.found == 0, row.settlement == .open, let settlement = settlement(row) else { return }
            row.settlement = settlement
        }
    }

    /// Notes that all rows whose ids are UUIDs are as they were, but for those that were settled.
    mutating func seeAllOpen() {
        rows.updateAll { if $0.settlement == .open { $0.settlement = .seen } }
    }

    /// The UUIDs of the next rows that have no entry and are not settled, in their order, of those that meet a condition.
    func next(
        _ limit: Int,
        from place: inout KeptRows.Place,
        where isMeant: (ComparedRow) -> Bool = { _ in true }
    ) -> [UUIDBits] {
        rows.next(limit, from: &place) { $0.found == 0 && $0.settlement != .done && isMeant($0) }
    }

    /// The other ids of rows that have no entry and are not settled.
    func otherIDs() -> [[UInt8]] {
        others.filter { $0.value.found == 0 && $0.value.settlement != .done }.keys
            .sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Calls `body` with each row whose id is a UUID and that has no entry and is not settled.
    func forEachOpen(_ body: (ComparedRow) throws -> Void) rethrows {
        try rows.forEach { if $0.found == 0, $0.settlement != .done { try body($0) } }
    }
}
