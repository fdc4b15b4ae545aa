import RESP

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
