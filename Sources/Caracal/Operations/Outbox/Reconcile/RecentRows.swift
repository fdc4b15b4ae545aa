import Redis

/// The UUIDs of the rows that were read last, in their order, each with the stream that its entry belongs into, how many entries were
/// found, and the first of them: 40 bytes each.
///
/// Entries come nearly in the order of their rows, so that the row of an entry is looked for from that of the entry before on: what is read
/// and written lies together, which takes a quarter of the time of a table with places by hash.
struct RecentRows {
    private struct Place {
        var row: ComparedRow
        var entry = EntryID.zero
    }

    private var places: [Place] = []
    /// Whether they are in order. They are, unless the database has another one.
    private var isSorted = true
    /// Where a row was found last.
    private var near = 0

    /// - Parameter room: how many rows have room before it grows.
    init(room: Int) { places.reserveCapacity(room) }

    /// How many rows there are.
    var count: Int { places.count }

    /// Adds a row.
    mutating func insert(_ bits: UUIDBits, stream: UInt8) {
        let place = Place(row: ComparedRow(bits, stream: stream))
        if let last = places.last?.row.bits, last >= bits {
            // A table without a primary key may have an id twice.
            if last == bits { return places[places.count - 1] = place }
            isSorted = false
        }
        places.append(place)
    }

    /// Notes that an entry of a stream has this id as its `outbox_id`.
    mutating func note(
        _ bits: UUIDBits,
        _ refusal: SkipReason?,
        in stream: UInt8,
        at entry: EntryID
    ) -> EntryNote {
        if !isSorted { sort() }
        guard let first = places.first, let last = places.last, first.row.bits <= bits, bits <= last.row.bits else {
            return .stranger
        }
        near = UUIDBits.place(of: bits, near: near, among: places.count) { places[$0].row.bits }
        guard places[near].row.bits == bits else { return .stranger }
        let note = places[near].row.note(refusal, in: stream)
        switch note {
        case .first: places[near].entry = entry
        case .second: return .second(places[near].entry)
        case .stranger, .otherStream, .refused, .beside, .further: break
        }
        return note
    }

    /// Forgets all rows, and keeps the storage.
    mutating func removeAll() {
        places.removeAll(keepingCapacity: true)
        (isSorted, near) = (true, 0)
    }

    /// Calls `body` with each row.
    func forEach(_ body: (ComparedRow) throws -> Void) rethrows {
        for place in places { try body(place.row) }
    }

    private mutating func sort() {
        places.sort { $0.row.bits < $1.row.bits }
        (isSorted, near) = (true, 0)
    }
}
