import Redis

/// The bytes that the `_sig` scheme signs: the stream's name and LF, then for each field but `_sig`, in byte order of
/// the names, name, `=`, value and LF. Of a name given twice the last value counts. Nothing is escaped.
///
/// A value of this type is scratch space: writing another entry's form reuses its storage.
package struct CanonicalForm {
    /// Storage that holds the form in its first `count` bytes.
    package private(set) var bytes: [UInt8] = []
    /// How many bytes the form written last has.
    package private(set) var count = 0
    /// How many fields it holds.
    package private(set) var fieldCount = 0

    /// An empty form.
    package init() {}

    /// Where the form lies in `bytes`.
    package var range: Range<Int> { 0..<count }

    /// Writes the form of an entry of `stream` whose `fields` lie in `source` and were sorted by `order`.
    package mutating func write(stream: [UInt8], _ fields: [FieldRange], in source: [UInt8], order: FieldOrder) {
        begin(stream: stream, fields)
        for position in 0..<order.count {
            if order.hasDuplicates, order.isFollowedBySameName(position, of: fields, in: source) { continue }
            append(fields[order[position]], in: source)
        }
    }

    /// Writes the form with the fields at `indices`, in that order.
    mutating func write(stream: [UInt8], _ fields: [FieldRange], in source: [UInt8], indices: [Int]) {
        begin(stream: stream, fields)
        for index in indices { append(fields[index], in: source) }
    }

    private mutating func begin(stream: [UInt8], _ fields: [FieldRange]) {
        let capacity = fields.reduce(stream.count + 1) { $0 + $1.name.count + $1.value.count + 2 }
        if bytes.count < capacity { bytes.append(contentsOf: repeatElement(0, count: capacity - bytes.count)) }
        count = 0
        fieldCount = 0
        write(stream, stream.indices, end: UInt8(ascii: "\n"))
    }

    private mutating func append(_ field: FieldRange, in source: [UInt8]) {
        guard !ByteComparison.equal(source, field.name, FieldName.signature) else { return }
        fieldCount += 1
        write(source, field.name, end: UInt8(ascii: "="))
        write(source, field.value, end: UInt8(ascii: "\n"))
    }

    /// Copies the bytes at `range` and `end` into the storage, which has room for them. An append would look at the
    /// array's capacity and owner each time, which takes longer than the copy.
    @inline(__always)
    private mutating func write(_ source: [UInt8], _ range: Range<Int>, end: UInt8) {
        let start = count
        count = start + range.count + 1
        bytes.withUnsafeMutableBytes { buffer in
            source.withUnsafeBytes { input in
                UnsafeMutableRawBufferPointer(rebasing: buffer[start..<start + range.count])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: input[range]))
            }
            buffer[start + range.count] = end
        }
    }
}
