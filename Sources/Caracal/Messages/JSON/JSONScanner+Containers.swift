extension JSONScanner {
    /// How deep arrays and objects may be nested in a value: the bits of the word that keeps track of them.
    static let depthLimit = 64

    /// The state of a compaction: the containers that are open, and the bytes not yet in their place.
    private struct Compaction {
        /// Where the bytes start that were looked at and not yet moved.
        var run: Int
        /// Where they go.
        var place: Int
        /// How many containers are open.
        var depth = 0
        /// Bit n tells whether the container n levels above the innermost one is an object.
        var objects: UInt64 = 0

        var isInObject: Bool { objects & 1 == 1 }
    }

    /// Reads an array or object, from its opening bracket on: where it lies, without the white space between tokens.
    mutating func compactContainer() throws(JSONError) -> Range<Int> {
        let start = position
        var state = Compaction(run: position, place: position)
        repeat {
            if state.isInObject { try skipName(&state) }
            try skipElement(&state)
        } while state.depth > 0
        move(state.run..<position, to: &state.place)
        return start..<state.place
    }

    /// Steps over an element and what ends it, or into it when it is a container with elements of its own.
    private mutating func skipElement(_ state: inout Compaction) throws(JSONError) {
        switch next {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            try open(&state)
            guard skip(closingBracket(state)) else { return }
            close(&state)
        case UInt8(ascii: "\""): try skipString()
        default: try skipScalar()
        }
        try endElement(&state)
    }

    private mutating func skipName(_ state: inout Compaction) throws(JSONError) {
        guard next == UInt8(ascii: "\"") else { throw unexpected(.name) }
        try skipString()
        compactSpace(&state)
        try require(UInt8(ascii: ":"), .colon)
        compactSpace(&state)
    }

    /// Steps over the comma after an element, or over the closing brackets after it until a comma follows.
    private mutating func endElement(_ state: inout Compaction) throws(JSONError) {
        while state.depth > 0 {
            compactSpace(&state)
            if skip(UInt8(ascii: ",")) { return compactSpace(&state) }
            try require(closingBracket(state), state.isInObject ? .commaOrBrace : .commaOrBracket)
            close(&state)
        }
    }

    private mutating func open(_ state: inout Compaction) throws(JSONError) {
        guard state.depth < Self.depthLimit else { throw error(.tooDeep(limit: Self.depthLimit)) }
        state.depth += 1
        state.objects = state.objects << 1 | (bytes[position] == UInt8(ascii: "{") ? 1 : 0)
        position += 1
        compactSpace(&state)
    }

    private func close(_ state: inout Compaction) {
        state.depth -= 1
        state.objects >>= 1
    }

    private func closingBracket(_ state: Compaction) -> UInt8 {
        state.isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
    }

    /// Steps over white space after moving what stands before it.
    private mutating func compactSpace(_ state: inout Compaction) {
        guard position < end, Self.isSpace(bytes[position]) else { return }
        move(state.run..<position, to: &state.place)
        skipSpace()
        state.run = position
    }
}
