/// Reads messages from JSON objects: a line of `publish --ndjson`, or the whole text of `publish --json`.
///
/// A field's value is a string as it is, a number or a boolean as its text (a number is never rounded), an array or an
/// object as compact JSON; a field that is null is left out. A value `{"base64":"…"}`, with that one key, is the bytes
/// it stands for.
package struct MessageScanner {
    /// Every name of the object, those of null fields included.
    private var names: [FieldRange] = []
    private var order = FieldOrder()

    /// A scanner. Its storage is reused from line to line.
    package init() {}

    /// Whether the line at `range` holds nothing but white space. Such a line is no message, and no error.
    package static func isBlank(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        var scanner = JSONScanner(bytes, range)
        scanner.skipSpace()
        return scanner.next == nil
    }

    /// Reads the object at `range` into `message`, whose fields are replaced. On an error `message` is of no use.
    package mutating func scan(_ bytes: [UInt8], _ range: Range<Int>, into message: inout Message) throws(JSONError) {
        message.removeAll()
        names.removeAll(keepingCapacity: true)
        var scanner = JSONScanner(bytes, range)
        try scanner.enterObject()
        if !scanner.skip(UInt8(ascii: "}")) {
            repeat {
                try scanField(&scanner, into: &message)
            } while try scanner.continuesObject()
        }
        try scanner.requireEnd()
        try checkNames(scanner, message)
    }

    private mutating func scanField(_ scanner: inout JSONScanner, into message: inout Message) throws(JSONError) {
        let start = message.bytes.count
        let opening = scanner.position
        try scanner.readName(into: &message.bytes)
        let middle = message.bytes.count
        names.append(FieldRange(name: start..<middle, value: opening..<opening))
        if try scanner.readValue(into: &message.bytes) {
            message.fields.append(FieldRange(name: start..<middle, value: middle..<message.bytes.count))
        }
    }

    private mutating func checkNames(_ scanner: JSONScanner, _ message: Message) throws(JSONError) {
        order.sort(names, in: message.bytes)
        guard order.hasDuplicates else { return }
        for position in 1..<order.count where order.isSameName(position - 1, position, of: names, in: message.bytes) {
            let field = names[order[position]]
            throw scanner.error(.repeatedName(Array(message.bytes[field.name])), at: field.value.lowerBound)
        }
    }
}
