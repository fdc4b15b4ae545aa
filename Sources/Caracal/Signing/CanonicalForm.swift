/// The bytes that the `_sig` scheme signs: the stream's name and LF, then for each field but `_sig`, in byte order of
/// the names, name, `=`, value and LF. Of a name given twice the last value counts. Nothing is escaped.
///
/// A value of this type is scratch space: writing another entry's form reuses its storage.
package struct CanonicalForm {
    /// The bytes written last.
    package private(set) var bytes: [UInt8] = []
    /// How many fields they hold.
    package private(set) var fieldCount = 0

    /// An empty form.
    package init() {}

    /// Writes the form of an entry of `stream` whose `fields` lie in `source` and were sorted by `order`.
    package mutating func write(stream: [UInt8], _ fields: [FieldRange], in source: [UInt8], order: FieldOrder) {
        begin(stream: stream)
        for position in 0..<order.count {
            if order.hasDuplicates, order.isFollowedBySameName(position, of: fields, in: source) { continue }
            append(fields[order[position]], in: source)
        }
    }

    /// Writes the form with the fields at `indices`, in that order.
    mutating func write(stream: [UInt8], _ fields: [FieldRange], in source: [UInt8], indices: [Int]) {
        begin(stream: stream)
        for index in indices { append(fields[index], in: source) }
    }

    private mutating func begin(stream: [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        fieldCount = 0
        bytes.append(contentsOf: stream)
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func append(_ field: FieldRange, in source: [UInt8]) {
        guard !ByteComparison.equal(source, field.name, FieldName.signature) else { return }
        fieldCount += 1
        bytes.append(contentsOf: source[field.name])
        bytes.append(UInt8(ascii: "="))
        bytes.append(contentsOf: source[field.value])
        bytes.append(UInt8(ascii: "\n"))
    }
}
