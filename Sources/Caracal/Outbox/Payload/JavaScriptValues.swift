import RESP

/// Values as `JSON.stringify` prints them once `JSON.parse` has read them.
extension JSONScanner {
    /// Reads a value and appends it as JSON without white space: a number as JavaScript prints it, an infinite one as null, names
    /// that are whole numbers first. A string is kept as it stands: PostgreSQL prints those of a jsonb as `JSON.stringify` does.
    ///
    /// - Parameter depth: how many arrays and objects are open around it.
    mutating func stringify(to output: inout [UInt8], depth: Int = 0) throws(JSONError) {
        let start = position
        switch next {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard depth < Self.stringifyDepth else { throw error(.tooDeep(limit: Self.stringifyDepth)) }
            if next == UInt8(ascii: "{") {
                try stringifyObject(to: &output, depth: depth)
            } else {
                try stringifyArray(to: &output, depth: depth)
            }
        case UInt8(ascii: "\""):
            try skipString()
            output.append(contentsOf: bytes[start..<position])
        default:
            try skipScalar()
            let text = bytes[start..<position]
            let isWord = (text.first ?? 0) >= UInt8(ascii: "a")
            output.append(contentsOf: isWord ? Array(text) : JavaScriptNumber.text(of: text) ?? Array("null".utf8))
        }
    }

    /// Each level takes a part of the stack.
    private static let stringifyDepth = 512

    private mutating func stringifyArray(to output: inout [UInt8], depth: Int) throws(JSONError) {
        output.append(UInt8(ascii: "["))
        try readArray { scanner throws(JSONError) in
            try scanner.stringify(to: &output, depth: depth + 1)
            output.append(UInt8(ascii: ","))
        }
        Self.close(&output, with: UInt8(ascii: "]"))
    }

    private mutating func stringifyObject(to output: inout [UInt8], depth: Int) throws(JSONError) {
        output.append(UInt8(ascii: "{"))
        let start = output.count
        var members: [(index: UInt32?, range: Range<Int>)] = []
        try skipObject { scanner, name throws(JSONError) in
            let begin = output.count
            output.append(contentsOf: scanner.bytes[name.lowerBound - 1...name.upperBound])
            output.append(UInt8(ascii: ":"))
            try scanner.stringify(to: &output, depth: depth + 1)
            output.append(UInt8(ascii: ","))
            members.append((JavaScriptName.arrayIndex(scanner.bytes[name]), begin..<output.count))
        }
        let indexed = members.filter { $0.index != nil }.sorted { ($0.index ?? 0) < ($1.index ?? 0) }
        if !indexed.isEmpty {
            let ordered = (indexed + members.filter { $0.index == nil }).flatMap { output[$0.range] }
            output.replaceSubrange(start..., with: ordered)
        }
        Self.close(&output, with: UInt8(ascii: "}"))
    }

    /// Puts a closing bracket in the place of the last comma, or behind the opening bracket.
    private static func close(_ output: inout [UInt8], with bracket: UInt8) {
        if output.last == UInt8(ascii: ",") { output.removeLast() }
        output.append(bracket)
    }
}

/// Numbers as JavaScript prints them: the services read a payload into doubles, and publish what `String(value)` makes of them.
enum JavaScriptNumber {
    /// What JavaScript prints for a number of JSON: the fewest digits that read back as the same double. Nil for a number that
    /// is too large for a double, which JavaScript takes for infinite.
    static func text(of number: ArraySlice<UInt8>) -> [UInt8]? {
        if isPlain(number) { return Array(number) }
        guard let value = Double(String(decoding: number, as: UTF8.self)), value.isFinite else { return nil }
        // Zero has no sign there.
        guard value != 0 else { return [UInt8(ascii: "0")] }
        return (value < 0 ? [UInt8(ascii: "-")] : []) + Digits(value.magnitude).text
    }

    /// An integer of at most 15 digits is a double, and printed as it stands.
    private static func isPlain(_ number: ArraySlice<UInt8>) -> Bool {
        let digits = number.first == UInt8(ascii: "-") ? number.dropFirst() : number
        guard digits.first != UInt8(ascii: "0") || digits.count == number.count, digits.count <= 15 else {
            return false
        }
        return digits.allSatisfy(ASCII.isDigit)
    }

    /// The fewest digits that tell a double from its neighbours.
    private struct Digits {
        /// The digits, without zeros at either end.
        private var digits: [UInt8] = []
        /// How many of them stand before the point; negative for zeros between the point and the first digit.
        private var point = 0

        /// The digits of a number above 0, taken from what Swift prints: the same digits, in another form.
        init(_ value: Double) {
            let parts = value.description.utf8.split(separator: UInt8(ascii: "e"))
            let exponent = parts.count > 1 ? Int(String(decoding: parts[1], as: UTF8.self)) ?? 0 : 0
            let halves = parts[0].split(separator: UInt8(ascii: "."))
            let written = halves.joined()
            digits = Array(written.drop { $0 == UInt8(ascii: "0") })
            point = halves[0].count - (written.count - digits.count) + exponent
            while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        }

        /// The form that ECMAScript's Number::toString has for them.
        var text: [UInt8] {
            switch point {
            case digits.count...21 where digits.count <= 21: digits + Self.zeros(point - digits.count)
            case 1...21: digits[..<point] + [UInt8(ascii: ".")] + digits[point...]
            case -5...0: Array("0.".utf8) + Self.zeros(-point) + digits
            default: scientific
            }
        }

        private var scientific: [UInt8] {
            let fraction = digits.dropFirst()
            let sign = point > 0 ? "+" : "-"
            return digits[..<1] + (fraction.isEmpty ? [] : [UInt8(ascii: ".")] + fraction)
                + Array("e\(sign)\((point - 1).magnitude)".utf8)
        }

        private static func zeros(_ count: Int) -> [UInt8] { Array(repeating: UInt8(ascii: "0"), count: count) }
    }
}

/// The names of a JavaScript object's properties.
enum JavaScriptName {
    /// The whole number that a name is; nil for any other name. An object lists such properties first, in ascending order, and
    /// then the others in the order in which they were added.
    static func arrayIndex(_ name: ArraySlice<UInt8>) -> UInt32? {
        guard let first = name.first, name.count <= 10, first != UInt8(ascii: "0") || name.count == 1 else {
            return nil
        }
        var value: UInt64 = 0
        for byte in name {
            guard ASCII.isDigit(byte) else { return nil }
            value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
        }
        // 2³² - 1 is the length of the longest array, and no index.
        return UInt32(exactly: value).flatMap { $0 < .max ? $0 : nil }
    }
}
