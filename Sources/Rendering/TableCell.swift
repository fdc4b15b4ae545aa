import Text

/// A column of a table: its title, and how its cells are set.
package struct Column: Sendable, Equatable {
    /// Where a cell stands within its column.
    package enum Alignment: Sendable, Equatable {
        /// Words.
        case left
        /// Numbers, so that their digits stand below each other.
        case right
    }

    let title: String
    let alignment: Alignment
    let style: Style?
    let isFlexible: Bool
    private let ownLeast: Int?
    let priority: Int
    let isHidden: Bool
    let minimum: Int
    private let ownName: String?

    /// As much of a name as keeps it apart from others, where there is room.
    static let leastName = 12

    /// To how many columns its names are cut while other columns can give way.
    var least: Int { ownLeast ?? Self.leastName }

    /// As much room as its sentences need beside their rows.
    var leastSentence: Int { ownLeast ?? 24 }

    /// A column.
    ///
    /// - Parameters:
    ///   - style: colours each cell that has no style of its own, not the title.
    ///   - name: what it is called where it is chosen; for one whose title is empty.
    ///   - isFlexible: whether its cells are names, which are cut in their middle on a narrow terminal.
    ///   - least: to how many columns they are cut while other columns can be left out instead.
    ///   - priority: on a narrow terminal columns are left out, those with the greatest number first; 0 stays as long as there
    ///     is any other way. A last column of sentences is not left out: they move below their rows.
    ///   - minimum: how wide it is at least where there is room: a table that is written page by page does not shift then.
    ///   - isHidden: whether it is only shown to those who ask for it, or for all.
    package init(
        _ title: String,
        _ alignment: Alignment = .left,
        style: Style? = nil,
        name: String? = nil,
        isFlexible: Bool = false,
        least: Int? = nil,
        priority: Int = 0,
        minimum: Int = 0,
        isHidden: Bool = false
    ) {
        self.title = title
        self.alignment = alignment
        self.style = style
        self.isFlexible = isFlexible
        ownLeast = least
        self.priority = priority
        self.minimum = minimum
        self.isHidden = isHidden
        ownName = name
    }

    /// What it is called as a heading of comma-separated values: the title without the mark of an estimate.
    var name: String { ownName ?? (title.hasPrefix("~") ? String(title.dropFirst()) : title) }

    /// What it is called on a command line.
    package var key: String { Self.key(name) }

    /// A name as it is typed: any case, `-` or `_` for a blank.
    static func key(_ name: String) -> String {
        name.lowercased().split(separator: "~", omittingEmptySubsequences: true).joined()
            .split(whereSeparator: { " -_".contains($0) }).joined(separator: "-")
    }
}

extension Column {
    /// The names of streams, which stay whole while anything else can give way.
    package static let stream = Column("STREAM", isFlexible: true, least: 28)
    /// The names of groups.
    package static let group = Column("GROUP", isFlexible: true, least: 20)
}

/// One cell of a table: a single line of printable text, perhaps coloured, and the value behind it.
package struct Cell: Sendable, Equatable {
    /// What cells are sorted by.
    package enum Rank: Sendable, Equatable {
        case number(Double)
        /// A number of two parts, such as an id.
        case pair(UInt64, UInt64)
        case text(String)
        /// Not known, or there is none: last, whichever way the others are sorted.
        case nothing
    }

    let text: String
    let style: Style?
    let rank: Rank
    private let value: Value

    /// The same for a program. Written only when it is asked for: a table of many rows has no use for it.
    private enum Value: Sendable, Equatable {
        /// The text itself.
        case text
        case given(String)
        case signed(Int)
        case unsigned(UInt64)
        /// In seconds.
        case milliseconds(Int)
    }

    /// What stands for what does not apply.
    private static let absent = "-"
    private static let unknown = "unknown"

    private init(text: String, value: Value, rank: Rank, style: Style?) {
        (self.text, self.value, self.rank, self.style) = (text, value, rank, style)
    }

    /// A cell of text that is safe. A `nil` style takes the column's. `-` is for what does not apply.
    package init(_ text: TerminalText, style: Style? = nil) {
        let isNothing = [Self.absent, Self.unknown, ""].contains(text.text)
        self.init(
            text: text.text,
            value: text.text == Self.absent ? .given("") : .text,
            rank: isNothing ? .nothing : .text(text.text),
            style: style
        )
    }

    /// A cell of any other text, which is escaped. Disfavoured, so that a literal is a `TerminalText`, and escapes what is
    /// interpolated once; generic, since of two types that a literal can have the compiler may take `String` all the same.
    @_disfavoredOverload
    package init(_ text: some StringProtocol, style: Style? = nil) {
        self.init(TerminalText(text), style: style)
    }

    /// A cell of bytes from the network.
    package init(bytes: some Collection<UInt8>, style: Style? = nil) {
        let text = TerminalText(bytes).text
        self.init(text: text, value: .text, rank: .text(text), style: style)
    }

    /// A cell of bytes that name something: an empty name is shown as `""`, and is none for a program.
    package init(name bytes: some Collection<UInt8>, style: Style? = nil) {
        let text = TerminalText(name: bytes).text
        self.init(text: text, value: bytes.isEmpty ? .given("") : .text, rank: .text(text), style: style)
    }

    /// A text that stands for a value.
    ///
    /// - Parameters:
    ///   - value: the same for a program; nil where it is the text.
    ///   - rank: what it is sorted by.
    package init(_ text: TerminalText, value: String? = nil, rank: Rank, style: Style? = nil) {
        self.init(text: text.text, value: value.map { .given($0) } ?? .text, rank: rank, style: style)
    }

    /// A count, grouped by thousands, or `unknown`: never 0 for what is not known.
    package init(count: Int?, style: Style? = nil) {
        guard let count else {
            self.init("unknown", style: style)
            return
        }
        self.init(text: Format.grouped(count), value: .signed(count), rank: .number(Double(count)), style: style)
    }

    /// A count that an `Int` may not hold.
    package init(count: UInt64, style: Style? = nil) {
        self.init(
            text: Format.grouped(UInt(count)),
            value: .unsigned(count),
            rank: .number(Double(count)),
            style: style
        )
    }

    /// How long ago something was, by its milliseconds; nil where that does not apply. For a program in seconds.
    package init(age milliseconds: Int?, style: Style? = nil) {
        guard let milliseconds else {
            self.init("-", style: style)
            return
        }
        self.init(
            text: Format.age(milliseconds: milliseconds),
            value: .milliseconds(milliseconds),
            rank: .number(Double(milliseconds)),
            style: style
        )
    }

    /// The same of what an `Int` may not hold.
    package init(age milliseconds: UInt64?, style: Style? = nil) {
        self.init(age: milliseconds.map { Int(clamping: $0) }, style: style)
    }

    /// A number of bytes, or `unknown`.
    package init(size bytes: UInt64?, style: Style? = nil) {
        guard let bytes else {
            self.init("unknown", style: style)
            return
        }
        self.init(text: Format.size(bytes), value: .unsigned(bytes), rank: .number(Double(bytes)), style: style)
    }

    /// A share of a whole; nil where there is none. For a program as a fraction.
    package init(_ part: UInt64, of whole: UInt64?, style: Style? = nil) {
        let whole = whole.map { Int(clamping: $0) } ?? 0
        guard let text = Format.percentage(Int(clamping: part), of: whole) else {
            self.init("-", style: style)
            return
        }
        let share = Double(part) / Double(whole)
        self.init(text: text, value: .given("\(share)"), rank: .number(share), style: style)
    }

    /// The value for a program.
    var raw: String {
        switch value {
        case .text: text
        case .given(let value): value
        case .signed(let number): String(number)
        case .unsigned(let number): String(number)
        case .milliseconds(let time): Format.seconds(milliseconds: time)
        }
    }

    /// The same with a remark behind what a person sees, where there is a value.
    package func adding(_ remark: TerminalText?) -> Cell {
        guard let remark, rank != .nothing else { return self }
        return Cell(text: text + remark.text, value: value == .text ? .given(text) : value, rank: rank, style: style)
    }
}

extension Cell: ExpressibleByStringLiteral {
    /// A cell of our own words.
    package init(stringLiteral value: String) {
        self.init(TerminalText(keeping: value))
    }
}

extension Cell.Rank {
    /// Whether a cell comes before another one. What is no value comes last, and words come behind numbers, whichever way.
    func precedes(_ other: Cell.Rank, isDescending: Bool) -> Bool {
        switch (self, other) {
        case (.number(let left), .number(let right)): isDescending ? left > right : left < right
        case (.pair(let left, let low), .pair(let right, let lower)):
            isDescending ? (left, low) > (right, lower) : (left, low) < (right, lower)
        case (.text(let left), .text(let right)):
            isDescending
                ? right.utf8.lexicographicallyPrecedes(left.utf8) : left.utf8.lexicographicallyPrecedes(right.utf8)
        default: kind < other.kind
        }
    }

    private var kind: Int {
        switch self {
        case .number: 0
        case .pair: 1
        case .text: 2
        case .nothing: 3
        }
    }
}

extension Format {
    /// A time in seconds, exactly: `14520`, `0.25`, `-1.5`.
    package static func seconds(milliseconds: Int) -> String {
        let magnitude = milliseconds.magnitude
        let sign = milliseconds < 0 ? "-" : ""
        let rest = magnitude % 1000
        guard rest > 0 else { return "\(sign)\(magnitude / 1000)" }
        var digits = zeroPadded(Int(rest), 3)
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(sign)\(magnitude / 1000).\(digits)"
    }
}
