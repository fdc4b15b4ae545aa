import Text

/// Writes JSON as bytes, piece by piece, so that a document of any size needs little memory: write, `drain()`, go on.
///
/// Names and values come out in the order they are written. Containers are closures, so what is opened is closed.
package struct JSONWriter: Sendable {
    /// How the document is laid out.
    package enum Layout: Sendable, Equatable {
        /// On one line, without blanks.
        case compact
        /// Two spaces a level, for people.
        case pretty
    }

    private let layout: Layout
    private var output: [UInt8] = []
    private var depth = 0
    private var isFirst = true

    /// A writer of one document, or of lines of NDJSON.
    package init(_ layout: Layout = .compact) {
        self.layout = layout
    }

    /// What was written since the last call.
    package mutating func drain() -> [UInt8] {
        defer { output.removeAll(keepingCapacity: true) }
        return output
    }

    /// Ends a document or a line of NDJSON with a line feed.
    package mutating func endLine() {
        output.append(UInt8(ascii: "\n"))
    }

    /// Writes an object as the next value; `body` writes its members.
    package mutating func object<Failure>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        try container("{", "}", body)
    }

    /// Writes an array as the next value; `body` writes its elements with `element` or `object`.
    package mutating func array<Failure>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        try container("[", "]", body)
    }

    /// Writes a member of the object that is open.
    package mutating func member(_ name: String, _ value: JSONValue) {
        self.name(name)
        write(value)
    }

    /// Writes a member of the object that is open, its value a string of two numbers with a hyphen between them: an entry's id.
    package mutating func member(_ name: String, _ first: UInt64, _ second: UInt64) {
        self.name(name)
        append("\"")
        Digits.append(first, to: &output)
        append("-")
        Digits.append(second, to: &output)
        append("\"")
    }

    /// Writes a member of the object that is open, its value an array whose elements `body` writes.
    package mutating func member<Failure>(
        _ name: String,
        array body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.name(name)
        try container("[", "]", body)
    }

    /// Writes a member of the object that is open whose name and value are bytes from the network, both in `source`. A name that
    /// is not UTF-8 has `\xHH` for each of its bytes outside ASCII; so that no two names share a text, a backslash is doubled.
    package mutating func member(_ name: Range<Int>, _ value: Range<Int>, in source: [UInt8]) {
        separate()
        let isPlain = !source[name].contains(UInt8(ascii: "\\")) && JSONString.append(source, name, to: &output)
        if !isPlain { JSONString.append(TerminalText(source[name]).json.utf8Span, to: &output) }
        append(layout == .pretty ? ": " : ":")
        writeBytes(source, value)
    }

    /// Writes an element of the array that is open: bytes from the network, which lie in `source`.
    package mutating func element(_ range: Range<Int>, in source: [UInt8]) {
        separate()
        writeBytes(source, range)
    }

    /// Writes an array of two as an element of the array that is open: bytes from the network, both in `source`.
    package mutating func element(_ first: Range<Int>, _ second: Range<Int>, in source: [UInt8]) {
        separate()
        container("[", "]") { pair in
            pair.element(first, in: source)
            pair.element(second, in: source)
        }
    }

    /// Writes an element of the array that is open.
    package mutating func element(_ value: JSONValue) {
        separate()
        write(value)
    }

    /// Writes an object as an element of the array that is open.
    package mutating func element<Failure>(
        object body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        separate()
        try container("{", "}", body)
    }

    /// Writes JSON from the network as the next value. It is known to be valid and without white space between tokens; what a
    /// terminal would obey, hide or reorder is escaped.
    package mutating func write(json source: [UInt8], _ range: Range<Int>) {
        JSONString.appendEscaping(source, range, to: &output)
    }

    /// Writes a whole value: a document, where none is open.
    package mutating func write(_ value: JSONValue) {
        switch value {
        case .null: append("null")
        case .bool(let bool): append(bool ? "true" : "false")
        case .integer(let integer):
            if integer < 0 { append("-") }
            Digits.append(UInt64(integer.magnitude), to: &output)
        case .unsigned(let unsigned): Digits.append(unsigned, to: &output)
        case .double(let double): writeDouble(double)
        case .string(let string): JSONString.append(string.utf8Span, to: &output)
        case .bytes(let bytes): writeBytes(bytes, bytes.indices)
        case .written(let text): output.append(contentsOf: text)
        case .array(let elements): container("[", "]") { writer in elements.forEach { writer.element($0) } }
        case .object(let members):
            container("{", "}") { writer in members.forEach { writer.member($0.name, $0.value) } }
        }
    }

    private mutating func writeDouble(_ value: Double) {
        // JSON has no such numbers, and a reader must not take them for null.
        if value.isNaN { return append(#""nan""#) }
        if value.isInfinite { return append(value < 0 ? #""-inf""# : #""inf""#) }
        append(value.description)
    }

    private mutating func writeBytes(_ source: [UInt8], _ range: Range<Int>) {
        let isText = JSONString.append(source, range, to: &output)
        if !isText { write(["base64": .string(Base64.encoded(Array(source[range])))]) }
    }

    /// Writes the name of a member of the object that is open; its value is what is written next.
    package mutating func name(_ name: String) {
        separate()
        JSONString.append(name.utf8Span, to: &output)
        append(layout == .pretty ? ": " : ":")
    }

    private mutating func container<Failure>(
        _ opening: Unicode.Scalar,
        _ closing: Unicode.Scalar,
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        output.append(UInt8(ascii: opening))
        depth += 1
        isFirst = true
        try body(&self)
        depth -= 1
        if !isFirst { indent() }
        isFirst = false
        output.append(UInt8(ascii: closing))
    }

    private mutating func separate() {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        isFirst = false
        indent()
    }

    private mutating func indent() {
        guard layout == .pretty else { return }
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }

    private mutating func append(_ text: String) {
        output.append(contentsOf: text.utf8)
    }
}

extension JSONValue {
    /// This value as a document of several lines, ended by a line feed: what `-o json` prints.
    package func prettyDocument() -> [UInt8] {
        document(.pretty)
    }

    /// This value on one line, ended by a line feed: what `-o ndjson` prints.
    package func line() -> [UInt8] {
        document(.compact)
    }

    private func document(_ layout: JSONWriter.Layout) -> [UInt8] {
        var writer = JSONWriter(layout)
        writer.write(self)
        writer.endLine()
        return writer.drain()
    }
}
