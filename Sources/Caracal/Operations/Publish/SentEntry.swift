import RESP

/// An entry that was, or was to be, sent: read back from the bytes of its XADD command.
package struct SentEntry: Sendable, Equatable {
    /// The line of the input it came from.
    package let line: Int
    /// Its fields, signature included.
    package let fields: [(name: [UInt8], value: [UInt8])]
    /// What it is recognised by; nil when it was published with `--outbox-id none`.
    package let outboxID: [UInt8]?

    /// Reads a command that `EntryEncoder` wrote; nil for any other bytes.
    init?(frame: ArraySlice<UInt8>, line: Int) {
        var parser = ReplyParser()
        parser.append(frame)
        guard let reply = try? parser.next() else { return nil }
        let arguments = reply.root.elements.compactMap { $0.text.map { Array($0) } }
        guard let star = arguments.firstIndex(of: [UInt8(ascii: "*")]),
            (arguments.count - star).isMultiple(of: 2) == false
        else { return nil }
        self.init(line: line, arguments: arguments[(star + 1)...])
    }

    /// An entry read back from a file.
    package init(line: Int, fields: [(name: [UInt8], value: [UInt8])]) {
        self.line = line
        self.fields = fields
        outboxID = fields.last { $0.name == FieldName.outboxID }?.value
    }

    private init(line: Int, arguments: ArraySlice<[UInt8]>) {
        var fields: [(name: [UInt8], value: [UInt8])] = []
        var rest = arguments
        while let name = rest.popFirst(), let value = rest.popFirst() { fields.append((name, value)) }
        self.init(line: line, fields: fields)
    }

    package static func == (left: SentEntry, right: SentEntry) -> Bool {
        left.line == right.line && left.fields.elementsEqual(right.fields, by: ==)
    }
}
