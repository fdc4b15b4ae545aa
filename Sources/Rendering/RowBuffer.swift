import Text

/// Rows of a table of which there may be hundreds of thousands: the bytes of one cell behind those of another, so that no cell is an
/// object of its own. What is appended becomes part of the cell that `endCell` ends.
///
/// Cells have no style, and stand for themselves: a table that is to be sorted takes rows of `Cell`.
package struct RowBuffer: Sendable {
    /// Where a cell ends in `bytes`, and how many columns of a terminal it takes.
    struct Place {
        let end: Int
        let width: Int
    }

    /// How many cells a row has.
    let columns: Int
    private(set) var bytes: [UInt8] = []
    private(set) var places: [Place] = []
    /// By how much the open cell is narrower than it has bytes.
    private var surplus = 0

    /// No rows.
    ///
    /// - Parameter columns: how many cells a row has.
    package init(columns: Int) {
        self.columns = columns
    }

    /// How many rows there are.
    var count: Int { places.count / columns }

    /// Forgets the rows, but not the room they took.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
    }

    /// Adds a number in decimal digits.
    package mutating func append(_ number: UInt64) {
        Digits.append(number, to: &bytes)
    }

    /// Adds an ASCII character.
    package mutating func append(_ character: Unicode.Scalar) {
        bytes.append(UInt8(ascii: character))
    }

    /// Adds text.
    package mutating func append(_ text: RowText) {
        bytes.append(contentsOf: text.bytes)
        surplus += text.bytes.count - text.width
    }

    /// Ends a cell: what is added from now on is in the next one, after the last one in the next row.
    package mutating func endCell() {
        let start = places.last?.end ?? 0
        places.append(Place(end: bytes.count, width: bytes.count - start - surplus))
        surplus = 0
    }

    /// The rows as cells.
    var cells: [[Cell]] {
        (0..<count).map { row in
            (0..<columns).map { column in
                Cell(TerminalText(keeping: String(decoding: bytes[range(row, column)], as: UTF8.self)))
            }
        }
    }

    /// Where the bytes of a cell lie.
    func range(_ row: Int, _ column: Int) -> Range<Int> {
        let place = row * columns + column
        return (place == 0 ? 0 : places[place - 1].end)..<places[place].end
    }

    /// How many columns of a terminal a cell takes.
    func width(_ row: Int, _ column: Int) -> Int { places[row * columns + column].width }
}

/// Text that is safe, for many rows: its bytes, and how wide it is.
package struct RowText: Sendable, Equatable {
    fileprivate let bytes: [UInt8]
    fileprivate let width: Int

    /// Prepares a text.
    package init(_ text: TerminalText) {
        bytes = Array(text.text.utf8)
        width = DisplayWidth.of(text.text)
    }
}

/// Numbers as ASCII digits, without an allocation.
enum Digits {
    static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var (first, rest) = (20, number)
        repeat {
            first -= 1
            digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        for index in first..<20 { bytes.append(digits[index]) }
    }
}
