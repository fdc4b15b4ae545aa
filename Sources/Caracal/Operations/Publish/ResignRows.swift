import Redis

/// Which of several entries is to be believed: the one that says what its row says, and one of each `outbox_id`.
extension ResignPlan {
    /// How many rows are asked for at a time.
    private static let batch = 500

    /// Keeps back what its row contradicts: it was forged, or altered; and what may have its row in a table that could not be read. What
    /// has no row, or one that cannot be published, is not known to be either. What its row says is kept back as well where that waits,
    /// since its dispatcher publishes it: who wants a new `outbox_id` wants the message once more.
    mutating func compare(with rows: (_ ids: [[UInt8]]) throws -> OutboxRowLook.Report) throws {
        comparesRows = true
        let places = openPlaces
        var ids = Array(places.keys)[...]
        while !ids.isEmpty {
            let some = Array(ids.prefix(Self.batch))
            ids = ids.dropFirst(Self.batch)
            let look = try rows(some)
            let found = Dictionary(grouping: look.rows, by: \.id)
            let unread = look.problems.first { $0.outbox.feeds(stream) }
            for id in some {
                for place in places[id] ?? [] {
                    if let own = found[id] {
                        compare(place, with: own)
                    } else if let unread {
                        entries[place].obstacle = .unread(unread)
                    }
                }
            }
        }
    }

    /// - Parameter rows: those of the entry's `outbox_id`: one, or one in each table.
    private mutating func compare(_ place: Int, with rows: [OutboxRow]) {
        let answers = rows.map { $0.agrees(with: entries[place].message, in: stream.key) }
        if answers.contains(true) {
            entries[place].agreesWithRow = true
            let own = zip(rows, answers).filter { $1 == true }.map(\.0)
            if !dropsOutboxID, let row = own.first(where: { $0.state.isToBePublished }) {
                entries[place].obstacle = .waiting(row.outbox)
            }
            return
        }
        guard !answers.contains(nil), let row = rows.first(where: { $0.stream == stream.key }) ?? rows.first else {
            return
        }
        entries[place].obstacle =
            row.stream == stream.key ? .row(row.outbox) : .rowElsewhere(row.outbox, stream: row.stream)
    }

    /// Leaves of the entries with one `outbox_id` one that is published where all say the same, and none where they do not.
    mutating func keepOneOfEach() {
        for places in openPlaces.values where places.count > 1 {
            let first = entries[places[0]]
            let content = first.content
            let isDisputed = places.contains { entries[$0].content != content }
            for place in isDisputed ? places[...] : places.dropFirst() {
                entries[place].obstacle = isDisputed ? .disputed : .same(as: first.id)
            }
        }
    }

    /// The places of the entries that nothing speaks against so far, by their `outbox_id`.
    private var openPlaces: [[UInt8]: [Int]] {
        open.reduce(into: [:]) { places, place in
            if let id = entries[place].outboxID { places[id, default: []].append(place) }
        }
    }
}
