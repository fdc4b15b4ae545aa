import Redis
import RESP

/// The batches that were sent and are not wholly answered, oldest first.
struct UnansweredBatches {
    private var batches: [FrameBatch] = []
    /// How many commands of the first batch are answered.
    private var answered = 0
    private var messageCount = 0
    private var byteCount = 0
    private var spare: [FrameBatch] = []

    /// How much may be on its way. A server that is kept busy must never wait for us, however seldom this process runs;
    /// what is on its way must be kept, and is what remains in doubt when the worst comes.
    private static let messageLimit = 8_192
    private static let byteLimit = 6 << 20

    /// Whether every command is answered.
    var isEmpty: Bool { batches.isEmpty }

    /// Whether answers should come in before more is sent.
    var isFull: Bool {
        messageCount > Self.messageLimit || (byteCount > Self.byteLimit && batches.count > 1)
    }

    /// An empty batch, of used storage where there is any.
    mutating func emptyBatch() -> FrameBatch {
        spare.popLast() ?? FrameBatch()
    }

    /// Adds a batch that is about to be sent.
    mutating func append(_ batch: FrameBatch) {
        messageCount += batch.count
        byteCount += batch.frames.bytes.count
        batches.append(batch)
    }

    /// The line that the oldest unanswered command came from.
    var line: Int { batches[0].line(at: answered) }

    /// The bytes of the oldest unanswered command.
    var frame: ArraySlice<UInt8> { batches[0].frame(at: answered) }

    /// The oldest unanswered entry.
    var entry: SentEntry { batches[0].entry(at: answered) }

    /// Notes that the oldest unanswered command is answered.
    mutating func removeFirst() {
        answered += 1
        messageCount -= 1
        guard answered == batches[0].count else { return }
        var batch = batches.removeFirst()
        byteCount -= batch.frames.bytes.count
        answered = 0
        batch.removeAll()
        if spare.count < 4 { spare.append(batch) }
    }

    /// All unanswered entries, in the order of sending.
    var entries: [SentEntry] {
        places.map { batches[$0.batch].entry(at: $0.index) }
    }

    /// The bytes and the lines of all unanswered commands, in the order of sending.
    var frames: [(bytes: ArraySlice<UInt8>, line: Int)] {
        places.map { (batches[$0.batch].frame(at: $0.index), batches[$0.batch].line(at: $0.index)) }
    }

    /// Puts messages before all others: they were sent first.
    mutating func prepend(_ batch: FrameBatch) {
        guard batch.count > 0 else { return }
        let rest = removeAll { _ in true }
        append(batch)
        if rest.count > 0 { append(rest) }
    }

    /// Takes the unanswered commands for which `isMissing` holds, by their place among the unanswered, as one batch, and
    /// forgets the others.
    mutating func removeAll(keeping isMissing: (Int) -> Bool) -> FrameBatch {
        var missing = emptyBatch()
        for (order, place) in places.enumerated() where isMissing(order) {
            let batch = batches[place.batch]
            missing.append(batch.frame(at: place.index), line: batch.line(at: place.index))
        }
        (batches, answered, messageCount, byteCount) = ([], 0, 0, 0)
        return missing
    }

    /// Where each unanswered command is.
    private var places: [(batch: Int, index: Int)] {
        batches.indices.flatMap { batch in
            ((batch == 0 ? answered : 0)..<batches[batch].count).map { (batch, $0) }
        }
    }
}

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

/// Encoded XADD commands that are sent together, and kept until each of them is answered.
package struct FrameBatch: Sendable {
    /// The commands, one after the other. Append through `EntryEncoder`, then call `close(line:)`.
    package var frames = CommandEncoder()
    /// Where each command ends.
    private var ends: [Int] = []
    /// The line of the input that each command came from.
    private var lines: [Int] = []

    /// An empty batch.
    package init() {}

    /// How many commands it holds.
    package var count: Int { ends.count }

    /// Notes that the bytes since the last call are one command.
    package mutating func close(line: Int) {
        ends.append(frames.bytes.count)
        lines.append(line)
    }

    /// The line of the input that a command came from.
    package func line(at index: Int) -> Int { lines[index] }

    /// The bytes of one command.
    func frame(at index: Int) -> ArraySlice<UInt8> {
        frames.bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }

    /// The commands, read back from their bytes: only when something went wrong.
    var commands: [Command] {
        (0..<count).map { Command(frame: frame(at: $0)).writing(key: 0) }
    }

    /// Adds a command of another batch.
    mutating func append(_ frame: ArraySlice<UInt8>, line: Int) {
        frames.append(encoded: frame.span)
        close(line: line)
    }

    /// The same commands in the order of their lines.
    var inOrderOfLines: FrameBatch {
        guard zip(lines, lines.dropFirst()).contains(where: { $0 > $1 }) else { return self }
        let places = lines.indices.sorted { (lines[$0], $0) < (lines[$1], $1) }
        return places.reduce(into: FrameBatch()) { $0.append(frame(at: $1), line: lines[$1]) }
    }

    /// Forgets everything and keeps the storage.
    package mutating func removeAll() {
        frames.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
    }

    /// The entry that a command adds, read back from its bytes: only when something went wrong.
    func entry(at index: Int) -> SentEntry {
        SentEntry(frame: frame(at: index), line: lines[index])
    }
}
