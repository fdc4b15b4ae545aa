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
