import Redis

/// Messages that the master has, until enough replicas have them too: should the master be lost before, they are looked for
/// like those that were not answered.
struct UnconfirmedMessages {
    /// The commands that added them.
    private(set) var batch = FrameBatch()
    /// The ids they have on the master.
    private(set) var ids: [EntryID] = []

    /// How many may be kept before they have to be confirmed.
    private static let limit = 4_096

    var isEmpty: Bool { ids.isEmpty }
    var isFull: Bool { ids.count >= Self.limit }

    /// Adds a message.
    mutating func append(_ frame: ArraySlice<UInt8>, line: Int, id: EntryID) {
        batch.append(frame, line: line)
        ids.append(id)
    }

    /// Takes all of them: line and id, in the order of sending.
    mutating func removeAll() -> [(line: Int, id: EntryID)] {
        let all = ids.enumerated().map { (batch.line(at: $0.offset), $0.element) }
        batch.removeAll()
        ids.removeAll(keepingCapacity: true)
        return all
    }
}
