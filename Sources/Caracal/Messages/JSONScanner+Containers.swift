extension JSONScanner {
    /// How deep arrays and objects may be nested in a value: the bits of the word that keeps track of them.
    static let depthLimit = 64

    /// The state of a copy: the containers that are open, and the bytes not yet written.
    private struct Copy {
        /// Where the bytes start that were looked at and not yet written.
        var run: Int
        /// How many containers are open.
        var depth = 0
        /// Bit n tells whether the container n levels above the innermost one is an object.
        var objects: UInt64 = 0

        var isInObject: Bool { objects & 1 == 1 }
    }

    /// Copies an array or object, from its opening bracket on, to `output` without the white space between its tokens.
    mutating func copyContainer(into output: inout [UInt8]) throws(JSONError) {
        var copy = Copy(run: position)
        repeat {
            if copy.isInObject { try copyName(&copy, &output) }
            try copyElement(&copy, &output)
        } while copy.depth > 0
        output.append(contentsOf: bytes[copy.run..<position])
    }

    /// Steps over an element and what ends it, or into it when it is a container with elements of its own.
    private mutating func copyElement(_ copy: inout Copy, _ output: inout [UInt8]) throws(JSONError) {
        switch next {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            try open(&copy, &output)
            guard skip(closingBracket(copy)) else { return }
            close(&copy)
        case UInt8(ascii: "\""): try skipString()
        default: try skipScalar()
        }
        try endElement(&copy, &output)
    }

    private mutating func copyName(_ copy: inout Copy, _ output: inout [UInt8]) throws(JSONError) {
        guard next == UInt8(ascii: "\"") else { throw unexpected(.name) }
        try skipString()
        compactSpace(&copy, &output)
        try require(UInt8(ascii: ":"), .colon)
        compactSpace(&copy, &output)
    }

    /// Steps over the comma after an element, or over the closing brackets after it until a comma follows.
    private mutating func endElement(_ copy: inout Copy, _ output: inout [UInt8]) throws(JSONError) {
        while copy.depth > 0 {
            compactSpace(&copy, &output)
            if skip(UInt8(ascii: ",")) { return compactSpace(&copy, &output) }
            try require(closingBracket(copy), copy.isInObject ? .commaOrBrace : .commaOrBracket)
            close(&copy)
        }
    }

    private mutating func open(_ copy: inout Copy, _ output: inout [UInt8]) throws(JSONError) {
        guard copy.depth < Self.depthLimit else { throw error(.tooDeep(limit: Self.depthLimit)) }
        copy.depth += 1
        copy.objects = copy.objects << 1 | (bytes[position] == UInt8(ascii: "{") ? 1 : 0)
        position += 1
        compactSpace(&copy, &output)
    }

    private func close(_ copy: inout Copy) {
        copy.depth -= 1
        copy.objects >>= 1
    }

    private func closingBracket(_ copy: Copy) -> UInt8 {
        copy.isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
    }

    /// Steps over white space after writing what stands before it.
    private mutating func compactSpace(_ copy: inout Copy, _ output: inout [UInt8]) {
        guard position < end, Self.isSpace(bytes[position]) else { return }
        output.append(contentsOf: bytes[copy.run..<position])
        skipSpace()
        copy.run = position
    }
}
