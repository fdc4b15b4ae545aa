/// Reads entries from the lines of `verify-sig --offline`: `{"stream":…,"id":…,"fields":{…}}`, or with
/// `"fields":[[name,value],…]`, which can hold a name twice.
///
/// A stream, an id, a name in a pair and a value are each a string or `{"base64":…}`: an entry's fields are bytes, so a
/// number would leave open which. Other keys of the line are stepped over. A name given twice in the object form is
/// refused, because a consumer's answer would depend on what wrote the file.
package struct StoredEntryScanner {
    private var key: [UInt8] = []
    private var skipped: [UInt8] = []
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
        entry.stream.removeAll(keepingCapacity: true)
        entry.id.removeAll(keepingCapacity: true)
        entry.message.removeAll()
        found = []
        var scanner = JSONScanner(bytes, range)
        try scanner.enterObject()
        if !scanner.skip(UInt8(ascii: "}")) {
            repeat {
                try scanMember(&scanner, into: &entry)
            } while try scanner.continuesObject()
        }
        try scanner.requireEnd()
        guard found.contains(.stream) else { throw scanner.error(.missing("stream")) }
        guard found.contains(.fields) else { throw scanner.error(.missing("fields")) }
    }

    private mutating func scanMember(
        _ scanner: inout JSONScanner, into entry: inout StoredEntry
    ) throws(JSONError) {
        key.removeAll(keepingCapacity: true)
        let opening = scanner.position
        try scanner.readName(into: &key)
        switch key {
        case Self.streamKey:
            try note(.stream, scanner, opening)
            try scanner.readBytes(into: &entry.stream)
        case Self.idKey:
            try note(.id, scanner, opening)
            try scanner.readBytes(into: &entry.id)
        case Self.fieldsKey:
            try note(.fields, scanner, opening)
            try scanFields(&scanner, into: &entry.message)
        default:
            skipped.removeAll(keepingCapacity: true)
            _ = try scanner.readValue(into: &skipped)
        }
    }

    private mutating func note(_ seen: Keys, _ scanner: JSONScanner, _ opening: Int) throws(JSONError) {
        guard found.insert(seen).inserted else { throw scanner.error(.repeatedName(key), at: opening) }
    }

    private mutating func scanFields(_ scanner: inout JSONScanner, into message: inout Message) throws(JSONError) {
        switch scanner.next {
        case UInt8(ascii: "{"): try scanObject(&scanner, into: &message)
        case UInt8(ascii: "["): try scanPairs(&scanner, into: &message)
        default: throw scanner.unexpected(.fields)
        }
    }

    private mutating func scanObject(_ scanner: inout JSONScanner, into message: inout Message) throws(JSONError) {
        let opening = scanner.position
        try scanner.enterObject()
        guard !scanner.skip(UInt8(ascii: "}")) else { return }
        repeat {
            let start = message.bytes.count
            try scanner.readName(into: &message.bytes)
            try appendValue(&scanner, start, to: &message)
        } while try scanner.continuesObject()
        order.sort(message.fields, in: message.bytes)
        guard order.hasDuplicates else { return }
        for place in 1..<order.count where order.isSameName(place - 1, place, of: message.fields, in: message.bytes) {
            throw scanner.error(.repeatedName(Array(message.name(at: order[place]))), at: opening)
        }
    }

    private func scanPairs(_ scanner: inout JSONScanner, into message: inout Message) throws(JSONError) {
        scanner.position += 1
        scanner.skipSpace()
        guard !scanner.skip(UInt8(ascii: "]")) else { return }
        repeat {
            try scanner.require(UInt8(ascii: "["), .pair)
            scanner.skipSpace()
            let start = message.bytes.count
            try scanner.readBytes(into: &message.bytes)
            scanner.skipSpace()
            try scanner.require(UInt8(ascii: ","), .pair)
            scanner.skipSpace()
            try appendValue(&scanner, start, to: &message)
            scanner.skipSpace()
            try scanner.require(UInt8(ascii: "]"), .pair)
        } while try scanner.continuesArray()
    }

    /// Reads a value and adds the field whose name starts at `start`.
    private func appendValue(
        _ scanner: inout JSONScanner, _ start: Int, to message: inout Message
    ) throws(JSONError) {
        let middle = message.bytes.count
        try scanner.readBytes(into: &message.bytes)
        message.fields.append(FieldRange(name: start..<middle, value: middle..<message.bytes.count))
    }

    private static let streamKey = Array("stream".utf8)
    private static let idKey = Array("id".utf8)
    private static let fieldsKey = Array("fields".utf8)
}

extension JSONScanner {
    /// Reads a string or `{"base64":…}` and appends the bytes to `output`.
    fileprivate mutating func readBytes(into output: inout [UInt8]) throws(JSONError) {
        switch next {
        case UInt8(ascii: "\""): try readString(into: &output)
        case UInt8(ascii: "{"): guard try readBase64(into: &output) else { throw unexpected(.bytes) }
        default: throw unexpected(.bytes)
        }
    }

    /// Steps over what ends an element of an array: true after a comma, false after the closing bracket.
    fileprivate mutating func continuesArray() throws(JSONError) -> Bool {
        skipSpace()
        if skip(UInt8(ascii: ",")) {
            skipSpace()
            return true
        }
        try require(UInt8(ascii: "]"), .commaOrBracket)
        return false
    }
}
