import RESP
import Redis
import Text

/// A place in a message: a field, or a value inside a field's JSON. `zone_id`, `data.event_type`, `data.subjects.0.id`.
///
/// It reads raw bytes and builds no document: a message that has no such place costs no allocation.
package struct MessagePath: Sendable, Equatable {
    /// The field.
    package let field: [UInt8]
    /// The keys that lead into its value, from the outside in; none for the value itself.
    private let keys: [Key]

    /// The name of a member, which for an array is the number of an element, from 0.
    private struct Key: Sendable, Equatable {
        let name: [UInt8]
        let index: Int?

        init(_ name: [UInt8]) {
            self.name = name
            let isNumber = name.count < 10 && name.allSatisfy(ASCII.isDigit)
            let hasZero = name.count > 1 && name.first == UInt8(ascii: "0")
            index = isNumber && !hasZero ? Int(String(decoding: name, as: UTF8.self)) : nil
        }
    }

    /// Whether it leads into a JSON value.
    package var isNested: Bool { !keys.isEmpty }

    /// How many keys a path may have: no value is nested deeper.
    private static let keyLimit = JSONNesting.limit

    /// Reads `field.key.key`. A dot or a backslash within a name has a backslash before it.
    package init(_ text: some Collection<UInt8>) throws(MessagePathError) {
        var names: [[UInt8]] = [[]]
        var isEscaped = false
        for (offset, byte) in text.enumerated() {
            if isEscaped {
                guard byte == UInt8(ascii: ".") || byte == UInt8(ascii: "\\") else { throw .badEscape(at: offset - 1) }
                names[names.count - 1].append(byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: ".") {
                guard names.last?.isEmpty == false else { throw .emptyName(at: offset) }
                guard names.count <= Self.keyLimit else { throw .tooDeep(limit: Self.keyLimit) }
                names.append([])
            } else {
                names[names.count - 1].append(byte)
            }
        }
        guard !isEscaped else { throw .badEscape(at: text.count - 1) }
        guard names.last?.isEmpty == false else { throw .emptyName(at: text.count) }
        field = names[0]
        keys = names.dropFirst().map(Key.init)
    }

    /// A name as it stands in a path.
    package static func quoted(_ name: String) -> String {
        name.unicodeScalars.reduce(into: "") { $0 += $1 == "." || $1 == "\\" ? "\\\($1)" : "\($1)" }
    }

    /// The value at this place, as consumers take it: see `MessagePathReader`. Nil where there is none, for null, and in a
    /// field that is not JSON throughout.
    package func value(in fields: [FieldRange], _ bytes: [UInt8]) -> ArraySlice<UInt8>? {
        var reader = MessagePathReader()
        return switch reader.read(self, in: fields, bytes) {
        case .inPlace(let range): bytes[range]
        case .copied: reader.copy[...]
        case .missing, .unreadable: nil
        }
    }

    /// The value at this place of a message.
    package func value(in message: Message) -> ArraySlice<UInt8>? { value(in: message.fields, message.bytes) }

    /// Where the JSON of the value stands that this path leads to within its field's value; nil where there is none, and where
    /// the field's value is no array and no object. Throws for one that is not JSON throughout.
    fileprivate func locate(_ field: Range<Int>, in bytes: [UInt8]) throws(JSONError) -> Range<Int>? {
        var scanner = JSONScanner(bytes, field)
        scanner.skipSpace()
        guard scanner.next == UInt8(ascii: "{") || scanner.next == UInt8(ascii: "[") else { return nil }
        let place = try Self.locate(keys[...], &scanner, depth: 0)
        try scanner.requireEnd()
        return place
    }

    /// Steps over the value that comes next: where the value stands that `keys` lead to from there.
    private static func locate(
        _ keys: ArraySlice<Key>,
        _ scanner: inout JSONScanner,
        depth: Int
    ) throws(JSONError) -> Range<Int>? {
        let start = scanner.position
        var found: Range<Int>?
        if let key = keys.first, scanner.next == UInt8(ascii: "{") {
            try scanner.skipObject { scanner, name throws(JSONError) in
                guard scanner.isText(key.name, at: name) else { return try scanner.skipValue(within: depth + 1) }
                found = try locate(keys.dropFirst(), &scanner, depth: depth + 1)
            }
        } else if let key = keys.first, scanner.next == UInt8(ascii: "[") {
            var index = 0
            try scanner.readArray { scanner throws(JSONError) in
                if index == key.index {
                    found = try locate(keys.dropFirst(), &scanner, depth: depth + 1)
                } else {
                    try scanner.skipValue(within: depth + 1)
                }
                index += 1
            }
        } else {
            try scanner.skipValue(within: depth)
            if keys.isEmpty { found = start..<scanner.position }
        }
        return found
    }
}

/// Reads the values that paths lead to.
///
/// A value of this type is scratch space: one that has to be put together first, since it has escapes or white space in it,
/// lies in storage that is used again.
package struct MessagePathReader {
    /// What a path leads to in an entry, as consumers take it: of fields and members with one name the last. A string is its
    /// text, a number or a boolean as it is written, an array or an object is compact JSON.
    package enum Reading: Sendable, Equatable {
        /// No value, or null.
        case missing
        /// Nobody knows: the field is an array or an object that is not JSON throughout.
        case unreadable
        /// Where the value lies in the bytes of the entry.
        case inPlace(Range<Int>)
        /// The value is `copy`.
        case copied
    }

    /// The value that was put together last.
    package private(set) var copy: [UInt8] = []

    /// Nothing read yet.
    package init() {}

    /// Reads the value that a path leads to in an entry whose `fields` lie in `bytes`.
    package mutating func read(_ path: MessagePath, in fields: [FieldRange], _ bytes: [UInt8]) -> Reading {
        guard let last = fields.last(where: { ByteComparison.equal(bytes, $0.name, path.field) }) else {
            return .missing
        }
        guard path.isNested else { return .inPlace(last.value) }
        do throws(JSONError) {
            guard let place = try path.locate(last.value, in: bytes) else { return .missing }
            return try read(place, in: bytes)
        } catch {
            return .unreadable
        }
    }

    /// Reads a value that was stepped over.
    private mutating func read(_ place: Range<Int>, in bytes: [UInt8]) throws(JSONError) -> Reading {
        switch bytes[place.lowerBound] {
        case UInt8(ascii: "\""):
            let text = place.lowerBound + 1..<place.upperBound - 1
            guard ByteSearch.first(UInt8(ascii: "\\"), in: bytes, text) != nil else { return .inPlace(text) }
            try putTogether(place, of: bytes) { scanner throws(JSONError) in try scanner.readString() }
            return .copied
        case UInt8(ascii: "n"): return .missing
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            try putTogether(place, of: bytes) { scanner throws(JSONError) in try scanner.compactContainer() }
            return .copied
        default: return .inPlace(place)
        }
    }

    private mutating func putTogether(
        _ place: Range<Int>,
        of bytes: [UInt8],
        _ read: (inout JSONScanner) throws(JSONError) -> Range<Int>
    ) throws(JSONError) {
        var storage: [UInt8] = []
        swap(&storage, &copy)
        storage.removeAll(keepingCapacity: true)
        storage.append(bytes, place)
        var scanner = JSONScanner(storage)
        let text = try read(&scanner)
        storage = []
        swap(&copy, &scanner.bytes)
        copy.removeSubrange(text.upperBound...)
        copy.removeSubrange(..<text.lowerBound)
    }
}

/// Why a text is no path. Offsets are bytes of the text, from 0.
package enum MessagePathError: Error, Sendable, Equatable {
    /// A name is missing before a dot, or behind the last one.
    case emptyName(at: Int)
    /// A backslash before something else than a dot or a backslash.
    case badEscape(at: Int)
    /// More keys than a value can be nested deep.
    case tooDeep(limit: Int)

    /// Where it is wrong; nil when that is the path as a whole.
    package var offset: Int? {
        switch self {
        case .emptyName(let offset), .badEscape(let offset): offset
        case .tooDeep: nil
        }
    }
}

extension MessagePathError: TerminalTextConvertible {
    /// One clause, lower case, without the place.
    package var text: TerminalText {
        switch self {
        case .emptyName: "a name is missing"
        case .badEscape: "a backslash stands before a dot or a backslash only"
        case .tooDeep(let limit): "more than \(limit) keys"
        }
    }
}
