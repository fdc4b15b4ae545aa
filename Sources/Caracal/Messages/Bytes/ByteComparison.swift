/// Comparisons of stretches of one or two byte arrays, without a slice or a copy.
enum ByteComparison {
    /// Whether two stretches hold the same bytes. `left` and `right` may be the same array.
    static func equal(_ left: [UInt8], _ leftRange: Range<Int>, _ right: [UInt8], _ rightRange: Range<Int>) -> Bool {
        guard leftRange.count == rightRange.count else { return false }
        let left = left.span.bytes
        let right = right.span.bytes
        var leftOffset = leftRange.lowerBound
        var rightOffset = rightRange.lowerBound
        while leftRange.upperBound &- leftOffset >= 8 {
            let leftWord = left.unsafeLoadUnaligned(fromByteOffset: leftOffset, as: UInt64.self)
            let rightWord = right.unsafeLoadUnaligned(fromByteOffset: rightOffset, as: UInt64.self)
            guard leftWord == rightWord else { return false }
            leftOffset &+= 8
            rightOffset &+= 8
        }
        while leftOffset < leftRange.upperBound {
            let leftByte = left.unsafeLoad(fromByteOffset: leftOffset, as: UInt8.self)
            guard leftByte == right.unsafeLoad(fromByteOffset: rightOffset, as: UInt8.self) else { return false }
            leftOffset &+= 1
            rightOffset &+= 1
        }
        return true
    }

    /// Whether a stretch of `bytes` is exactly `text`.
    static func equal(_ bytes: [UInt8], _ range: Range<Int>, _ text: [UInt8]) -> Bool {
        equal(bytes, range, text, text.indices)
    }

    /// Whether the first stretch sorts before the second, byte by byte, a prefix before what it begins.
    static func precedes(_ bytes: [UInt8], _ left: Range<Int>, _ right: Range<Int>) -> Bool {
        let span = bytes.span
        var offset = 0
        let shared = min(left.count, right.count)
        while offset < shared {
            let leftByte = span[left.lowerBound &+ offset]
            let rightByte = span[right.lowerBound &+ offset]
            guard leftByte == rightByte else { return leftByte < rightByte }
            offset &+= 1
        }
        return left.count < right.count
    }
}
