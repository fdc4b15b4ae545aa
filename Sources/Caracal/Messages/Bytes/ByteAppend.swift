extension [UInt8] {
    /// Appends the bytes of `source` at `range`. As `append(contentsOf: source[range])`, without the slice, whose
    /// reference count costs more than the copy of a short field.
    @inline(__always)
    mutating func append(_ source: [UInt8], _ range: Range<Int>) {
        source.withUnsafeBufferPointer { append(contentsOf: UnsafeBufferPointer(rebasing: $0[range])) }
    }

    /// Appends the bytes of a small fixed array at once.
    @inline(__always)
    mutating func append<let count: Int>(_ text: InlineArray<count, UInt8>) {
        text.span.withUnsafeBufferPointer { append(contentsOf: $0) }
    }
}
