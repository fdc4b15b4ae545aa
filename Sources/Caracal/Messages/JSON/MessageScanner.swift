import Redis

/// Reads messages from JSON objects: a line of `publish --ndjson`, or the whole text of `publish --json`.
///
/// A field's value is a string as it is, a number or a boolean as its text (a number is never rounded), an array or an
/// object as compact JSON; a field that is null is left out. A value `{"base64":"…"}`, with that one key, is the bytes
/// it stands for.
package struct MessageScanner {
    private var order = FieldOrder()
    /// The indices of the fields that are null.
    private var nulls: [Int] = []

    /// A scanner. Its storage is reused from line to line.
    package init() {}

    /// Whether the line at `range` holds nothing but white space. Such a line is no message, and no error.
    package static func isBlank(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        bytes[range].allSatisfy(JSONScanner.isSpace)
    }

    /// Reads the object at `range` into `message`, whose fields are replaced. On an error `message` is of no use.
    package mutating func scan(_ bytes: [UInt8], _ range: Range<Int>, into message: inout Message) throws(JSONError) {
        nulls.removeAll(keepingCapacity: true)
        var scanner = JSONScanner(message.takeStorage(holding: bytes, range))
        defer { message.bytes = scanner.bytes }
        try scanner.readObject { scanner, name throws(JSONError) in
            let value = try scanner.readValue()
            if value == nil { nulls.append(message.fields.count) }
            message.fields.append(FieldRange(name: name, value: value ?? 0..<0))
        }
        try scanner.requireEnd()
        try scanner.refuseRepeatedName(message.fields, &order)
        for index in nulls.reversed() { message.fields.remove(at: index) }
    }
}

extension Message {
    /// Empties the message and hands out its storage, filled with the bytes at `range`; it belongs back into `bytes`.
    mutating func takeStorage(holding source: [UInt8], _ range: Range<Int>) -> [UInt8] {
        var storage: [UInt8] = []
        swap(&storage, &bytes)
        fields.removeAll(keepingCapacity: true)
        storage.removeAll(keepingCapacity: true)
        storage.append(source, range)
        return storage
    }
}
