import RESP
import Redis

/// Messages that the master has acknowledged, until that is confirmed (`PublishConfirmation`): should the master be lost or
/// replaced before, they are looked for like those that were not answered.
struct UnconfirmedMessages {
    /// The commands that added them.
    private(set) var batch = FrameBatch()
    /// The ids they have on the master.
    private(set) var ids: [EntryID] = []

    var isEmpty: Bool { ids.isEmpty }
    /// How many there are.
    var count: Int { ids.count }
    /// How many bytes of commands are kept for them.
    var byteCount: Int { batch.frames.bytes.count }

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
