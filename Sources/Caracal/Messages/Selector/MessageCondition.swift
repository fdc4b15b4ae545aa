import Text

/// What a value in a message has to be: `PATH OP VALUE`, as `--where` takes it. `zone_id=z-1`, `data.decision!=allow`,
/// `data.event_type~authz.*`, `data.latency_ms>500`.
package struct MessageCondition: Sendable, Equatable {
    /// How a value is compared.
    package enum Operator: String, Sendable, CaseIterable {
        /// It has exactly these bytes.
        case equal = "="
        /// It has others, or there is none.
        case unequal = "!="
        /// It matches a pattern as a whole.
        case like = "~"
        /// It is less: as a number where both are numbers, as text else.
        case less = "<"
        /// It is greater, likewise.
        case greater = ">"

        /// All of them, in a sentence.
        package static let names = "=, !=, ~, < or >"
    }

    /// Where the value is.
    package let path: MessagePath
    /// How it is compared.
    package let `operator`: Operator
    /// What it is compared with.
    package let value: [UInt8]

    private let number: DecimalText?
    private let pattern: GlobPattern

    /// Reads a condition. Blanks beside the operator belong to nothing when they are on both sides of it.
    package init(_ text: some Collection<UInt8>) throws(MessageConditionError) {
        let text = Array(text)
        guard let border = Self.border(in: text) else { throw .noOperator }
        let end = text[border...].firstIndex { !Self.marks.contains($0) } ?? text.count
        guard let found = Operator(rawValue: String(decoding: text[border..<end], as: UTF8.self)) else {
            throw .unknownOperator(Array(text[border..<end]))
        }
        let blank = UInt8(ascii: " ")
        let isSpaced = border > 0 && text[border - 1] == blank
        let name = isSpaced ? text[..<border].dropLast(while: blank) : text[..<border]
        value = Array(isSpaced ? text[end...].drop { $0 == blank } : text[end...])
        do throws(MessagePathError) { path = try MessagePath(name) } catch { throw .badPath(error) }
        self.operator = found
        guard !value.isEmpty || ![.less, .greater].contains(found) else { throw .noValue(found) }
        number = DecimalText(value, value.indices)
        pattern = GlobPattern(value)
    }

    private static let marks = Operator.allCases.reduce(into: Set<UInt8>()) { $0.formUnion($1.rawValue.utf8) }

    /// Where the operator stands: the first of its characters that has no backslash before it. `!` alone is none.
    private static func border(in text: [UInt8]) -> Int? {
        var position = 0
        while position < text.count {
            if text[position] == UInt8(ascii: "\\") {
                position += 1
            } else if marks.contains(text[position]) {
                let isMark = text[position] != UInt8(ascii: "!")
                if isMark || position + 1 < text.count && marks.contains(text[position + 1]) { return position }
            }
            position += 1
        }
        return nil
    }

    /// Whether it holds where there is no value.
    var holdsWithoutValue: Bool { self.operator == .unequal }

    /// Whether it holds for the value at `range`.
    func holds(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        switch self.operator {
        case .equal: ByteComparison.equal(bytes, range, value)
        case .unequal: !ByteComparison.equal(bytes, range, value)
        case .like: pattern.matches(bytes, range)
        case .less: isLess(bytes, range, isReversed: false)
        case .greater: isLess(bytes, range, isReversed: true)
        }
    }

    private func isLess(_ bytes: [UInt8], _ range: Range<Int>, isReversed: Bool) -> Bool {
        if let number, let other = DecimalText(bytes, range) {
            return isReversed ? number.isLess(value, than: other, bytes) : other.isLess(bytes, than: number, value)
        }
        return isReversed
            ? value.lexicographicallyPrecedes(bytes[range]) : bytes[range].lexicographicallyPrecedes(value)
    }
}

/// Why a text is no condition.
package enum MessageConditionError: Error, Sendable, Equatable {
    /// There is no operator in it.
    case noOperator
    /// Characters of operators that are none together.
    case unknownOperator([UInt8])
    /// What stands before the operator is no path.
    case badPath(MessagePathError)
    /// Nothing to compare with.
    case noValue(MessageCondition.Operator)
}

extension MessageConditionError: TerminalTextConvertible {
    /// One clause, lower case.
    package var text: TerminalText {
        switch self {
        case .noOperator: "expected PATH OP VALUE, with OP one of \(MessageCondition.Operator.names)"
        case .unknownOperator(let text):
            "\(text) is no operator: expected \(MessageCondition.Operator.names) (blanks on both sides set it off from the value)"
        case .badPath(let error): "no path before the operator: \(error)"
        case .noValue(let found): "\(found.rawValue) needs a value"
        }
    }
}

extension ArraySlice<UInt8> {
    /// Without the bytes at its end that are `byte`.
    fileprivate func dropLast(while byte: UInt8) -> ArraySlice<UInt8> {
        self[..<(lastIndex { $0 != byte }.map { $0 + 1 } ?? startIndex)]
    }
}
