import Redis

/// An entry read from a file: what `verify-sig --offline` checks.
package struct StoredEntry: Sendable, Equatable {
    /// The name of the stream it was read from.
    package internal(set) var stream: [UInt8] = []
    /// Its id, as it was written; empty when the line has none.
    package internal(set) var id: [UInt8] = []
    /// Its fields, in the order they were written, a name given twice included.
    package internal(set) var message = Message()

    /// An empty entry, to be read into.
    package init() {}

    /// Removes the stream and the id, and keeps their storage.
    mutating func clearHeader() {
        stream.removeAll(keepingCapacity: true)
        id.removeAll(keepingCapacity: true)
    }
}

/// Reads entries from the lines of `verify-sig --offline`: `{"stream":…,"id":…,"fields":{…}}`, or with
/// `"fields":[[name,value],…]`, which can hold a name twice.
///
/// A stream, an id, a name in a pair and a value are each a string or `{"base64":…}`: an entry's fields are bytes, so a
/// number would leave open which. Other keys of the line are stepped over. A name given twice in the object form is
/// refused, because a consumer's answer would depend on what wrote the file.
package struct StoredEntryScanner {
    private var order = FieldOrder()
    private var found = Keys()

    /// Which of a line's keys were seen.
    private struct Keys: OptionSet {
        let rawValue: UInt8
        static let stream = Keys(rawValue: 1)
        static let id = Keys(rawValue: 2)
        static let fields = Keys(rawValue: 4)
    }

    /// A scanner. Its storage is reused from line to line.
    package init() {}

    /// Reads the line at `range` into `entry`, which is replaced. On an error `entry` is of no use.
    package mutating func scan(_ bytes: [UInt8], _ range: Range<Int>, into entry: inout StoredEntry) throws(JSONError) {
        found = []
        entry.clearHeader()
        var scanner = JSONScanner(entry.message.takeStorage(holding: bytes, range))
        defer { entry.message.bytes = scanner.bytes }
        try scanner.readObject { scanner, key throws(JSONError) in try scanMember(key, &scanner, into: &entry) }
        try scanner.requireEnd()
        guard found.contains(.stream) else { throw scanner.error(.missing("stream")) }
        guard found.contains(.fields) else { throw scanner.error(.missing("fields")) }
    }

    private mutating func scanMember(
        _ key: Range<Int>,
        _ scanner: inout JSONScanner,
        into entry: inout StoredEntry
    ) throws(JSONError) {
        if ByteComparison.equal(scanner.bytes, key, Self.streamKey) {
            try note(.stream, scanner, key)
            // In two steps: reading resolves escapes in place, in bytes that must not have been handed out before.
            let stream = try scanner.readBytes()
            entry.stream.append(scanner.bytes, stream)
        } else if ByteComparison.equal(scanner.bytes, key, Self.idKey) {
            try note(.id, scanner, key)
            let id = try scanner.readBytes()
            entry.id.append(scanner.bytes, id)
        } else if ByteComparison.equal(scanner.bytes, key, Self.fieldsKey) {
            try note(.fields, scanner, key)
            try scanFields(&scanner, into: &entry.message.fields)
        } else {
            try scanner.skipValue()
        }
    }

    private mutating func note(_ seen: Keys, _ scanner: JSONScanner, _ key: Range<Int>) throws(JSONError) {
        guard found.insert(seen).inserted else {
            throw scanner.error(.repeatedName(Array(scanner.bytes[key])), at: key.lowerBound - 1)
        }
    }

    private mutating func scanFields(
        _ scanner: inout JSONScanner,
        into fields: inout [FieldRange]
    ) throws(JSONError) {
        switch scanner.next {
        case UInt8(ascii: "{"):
            try scanner.readObject { scanner, name throws(JSONError) in
                fields.append(FieldRange(name: name, value: try scanner.readBytes()))
            }
            try scanner.refuseRepeatedName(fields, &order)
        case UInt8(ascii: "["):
            try scanner.readArray { scanner throws(JSONError) in fields.append(try scanner.readPair()) }
        default: throw scanner.unexpected(.fields)
        }
    }

    private static let streamKey = Array("stream".utf8)
    private static let idKey = Array("id".utf8)
    private static let fieldsKey = Array("fields".utf8)
}

extension JSONScanner {
    /// Reads `[name, value]`.
    fileprivate mutating func readPair() throws(JSONError) -> FieldRange {
        try require(UInt8(ascii: "["), .pair)
        skipSpace()
        let name = try readBytes()
        skipSpace()
        try require(UInt8(ascii: ","), .pair)
        skipSpace()
        let value = try readBytes()
        skipSpace()
        try require(UInt8(ascii: "]"), .pair)
        return FieldRange(name: name, value: value)
    }
}
