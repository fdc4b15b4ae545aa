import Redis
import Rendering

/// Lines of left-aligned columns of known widths, as bytes: for tables too long to be held. What is wider than its column
/// moves the rest of its line.
struct PaddedLine {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true
    private var blanks = 0

    /// Makes room.
    mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(count)
    }

    /// Adds a cell of printable text.
    mutating func append(_ text: String, width: Int) {
        open()
        bytes.append(contentsOf: text.utf8)
        blanks = max(0, width - DisplayWidth.of(text))
    }

    /// Adds an id.
    mutating func append(_ id: EntryID, width: Int) {
        open()
        let start = bytes.count
        append(id.milliseconds)
        bytes.append(UInt8(ascii: "-"))
        append(id.sequence)
        blanks = max(0, width - (bytes.count - start))
    }

    /// Ends the line, without trailing blanks.
    mutating func end() {
        bytes.append(UInt8(ascii: "\n"))
        blanks = 0
        isFirst = true
    }

    private mutating func open() {
        for _ in 0..<(isFirst ? 0 : blanks + 2) { bytes.append(UInt8(ascii: " ")) }
        isFirst = false
    }

    private mutating func append(_ number: UInt64) {
        let start = bytes.count
        var rest = number
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }
}
