/// An entry whose signature does not match, and the other bytes that it may be the signature of.
struct SuspectEntry {
    let stream: [UInt8]
    let fields: [FieldRange]
    let bytes: [UInt8]
    /// The fields in byte order of their names, those of one name in the order given.
    private let sorted: [Int]
    private let order: FieldOrder

    init(stream: [UInt8], fields: [FieldRange], bytes: [UInt8]) {
        var order = FieldOrder()
        order.sort(fields, in: bytes)
        self.stream = stream
        self.fields = fields
        self.bytes = bytes
        self.order = order
        sorted = (0..<order.count).map { order[$0] }
    }

    /// The forms worth a try, the likeliest first.
    func forms(streams: [[UInt8]]) -> [SignatureExplanation.Form] {
        var forms: [SignatureExplanation.Form] = [.same]
        forms += streams.filter { $0 != stream }.map { .otherStream($0) }
        if order.hasDuplicates { forms += [.firstValues, .everyValue] }
        if UTF16Order.differs(fields, in: bytes, order: order) { forms.append(.utf16Order) }
        return forms
    }

    /// Writes the canonical bytes of `form`, without the fields called `leftOut`.
    func write(
        _ form: SignatureExplanation.Form,
        leavingOut leftOut: [UInt8]? = nil,
        to output: inout CanonicalForm
    ) {
        var indices =
            switch form {
            case .firstValues: positions { $0 == 0 || !isSameName($0 - 1, $0) }
            case .everyValue: sorted
            default: positions { $0 + 1 == sorted.count || !isSameName($0, $0 + 1) }
            }
        if form == .utf16Order {
            indices.sort { UTF16Order.precedes(bytes, fields[$0].name, fields[$1].name) }
        }
        if let leftOut { indices.removeAll { ByteComparison.equal(bytes, fields[$0].name, leftOut) } }
        output.write(stream: name(for: form), fields, in: bytes, indices: indices)
    }

    /// The fields of the same name as the one at `index`, the last first.
    func values(ofFieldAt index: Int?) -> [Int] {
        guard let index else { return [] }
        let name = fields[index].name
        return fields.indices.reversed().filter { ByteComparison.equal(bytes, fields[$0].name, bytes, name) }
    }

    private func name(for form: SignatureExplanation.Form) -> [UInt8] {
        if case .otherStream(let name) = form { return name }
        return stream
    }

    private func positions(where isIncluded: (Int) -> Bool) -> [Int] {
        sorted.indices.filter(isIncluded).map { sorted[$0] }
    }

    private func isSameName(_ left: Int, _ right: Int) -> Bool {
        order.isSameName(left, right, of: fields, in: bytes)
    }
}
