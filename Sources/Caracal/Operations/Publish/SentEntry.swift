import RESP

/// An entry that was, or was to be, sent: read back from the bytes of its XADD command, or from a file.
package struct SentEntry: Sendable, Equatable {
    /// The line of the input it came from.
    package let line: Int
    /// Its fields, signature included.
    package let fields: [(name: [UInt8], value: [UInt8])]
    /// What it is recognised by; nil when it was published with `--outbox-id none`.
    package let outboxID: [UInt8]?

    /// An entry of these fields.
    package init(line: Int, fields: [(name: [UInt8], value: [UInt8])]) {
        self.line = line
        self.fields = fields
        outboxID = fields.last { $0.name == FieldName.outboxID }?.value
    }

    /// Reads a command that `EntryEncoder` wrote.
    init(frame: ArraySlice<UInt8>, line: Int) {
        let arguments = Command(frame: frame).arguments
        // The first is the key, which may be any bytes.
        let star = arguments.dropFirst().firstIndex(of: [UInt8(ascii: "*")]) ?? arguments.endIndex
        var rest = arguments[star...].dropFirst()
        var fields: [(name: [UInt8], value: [UInt8])] = []
        while let name = rest.popFirst(), let value = rest.popFirst() { fields.append((name, value)) }
        self.init(line: line, fields: fields)
    }

    package static func == (left: SentEntry, right: SentEntry) -> Bool {
        left.line == right.line && left.fields.elementsEqual(right.fields, by: ==)
    }
}
