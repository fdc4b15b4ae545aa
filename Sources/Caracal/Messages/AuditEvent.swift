import Redis

/// Finds the event that an audit message carries as JSON: in `data`, or in `src_data` of a dead letter of the Audit service.
///
/// A value of this type is scratch space: reading another event reuses its storage.
package struct AuditEventReader {
    /// What the range of the event read last points into.
    package private(set) var bytes: [UInt8] = []

    /// Nothing read yet.
    package init() {}

    /// Reads the event in an entry whose `fields` lie in `source`: where it lies in `bytes`, as compact JSON. Nil when there is
    /// none: neither field, or no JSON object in it.
    package mutating func read(_ fields: [FieldRange], in source: [UInt8]) -> Range<Int>? {
        guard let data = Self.data(fields, in: source) else { return nil }
        var scanner = JSONScanner(takeStorage(holding: source, data))
        defer { bytes = scanner.bytes }
        scanner.skipSpace()
        guard scanner.next == UInt8(ascii: "{") else { return nil }
        do throws(JSONError) {
            let event = try scanner.compactContainer()
            try scanner.requireEnd()
            return event
        } catch {
            return nil
        }
    }

    /// The value that should be the event; nil when the entry has no such field.
    private static func data(_ fields: [FieldRange], in source: [UInt8]) -> Range<Int>? {
        var dead: Range<Int>?
        for field in fields.reversed() {
            if ByteComparison.equal(source, field.name, FieldName.data) { return field.value }
            if dead == nil, ByteComparison.equal(source, field.name, FieldName.deadData) { dead = field.value }
        }
        return dead
    }

    private mutating func takeStorage(holding source: [UInt8], _ range: Range<Int>) -> [UInt8] {
        var storage: [UInt8] = []
        swap(&storage, &bytes)
        storage.removeAll(keepingCapacity: true)
        storage.append(source, range)
        return storage
    }
}

extension Message {
    /// The members of a JSON object as fields: strings as they are, numbers and booleans as their text, arrays and objects as
    /// compact JSON, null left out, and of members with one name the last. Nil when the text is no object.
    package init?(object text: some Collection<UInt8>) {
        var scanner = JSONScanner(Array(text))
        var members: [FieldRange] = []
        do throws(JSONError) {
            try scanner.readObject { scanner, name throws(JSONError) in
                members.append(FieldRange(name: name, value: try scanner.readText() ?? 0..<0))
            }
            try scanner.requireEnd()
        } catch {
            return nil
        }
        var folding = FieldFolding()
        folding.fold(members, in: scanner.bytes)
        for index in members.indices where folding.counts(index) && !members[index].isNull {
            append(name: scanner.bytes[members[index].name], value: scanner.bytes[members[index].value])
        }
    }
}

extension JSONScanner {
    /// Reads a value: where its text lies, or nil for null.
    fileprivate mutating func readText() throws(JSONError) -> Range<Int>? {
        switch next {
        case UInt8(ascii: "\""): return try readString()
        case UInt8(ascii: "{"), UInt8(ascii: "["): return try compactContainer()
        default:
            let start = position
            try skipScalar()
            return bytes[start] == UInt8(ascii: "n") ? nil : start..<position
        }
    }
}

extension FieldRange {
    /// Whether it stands for null. An empty string lies behind its name.
    fileprivate var isNull: Bool { value == 0..<0 }
}
