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

    /// Writes a member of the object that is open, its value an array whose elements `body` writes.
    package mutating func member<Failure>(
        _ name: String,
        array body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.name(name)
        try container("[", "]", body)
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

    /// Writes a whole value: a document, where none is open.
    package mutating func write(_ value: JSONValue) {
        switch value {
        case .null: append("null")
        case .bool(let bool): append(bool ? "true" : "false")
        case .integer(let integer): append(String(integer))
        case .unsigned(let unsigned): append(String(unsigned))
        case .double(let double): writeDouble(double)
        case .string(let string): JSONString.append(string.utf8Span, to: &output)
        case .bytes(let bytes): writeBytes(bytes)
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

    private mutating func writeBytes(_ bytes: [UInt8]) {
        if let text = try? UTF8Span(validating: bytes.span) {
            JSONString.append(text, to: &output)
        } else {
            write(["base64": .string(Base64.encoded(bytes))])
        }
    }

    private mutating func name(_ name: String) {
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
