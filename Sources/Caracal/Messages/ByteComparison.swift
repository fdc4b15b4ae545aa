/// Comparisons of stretches of one or two byte arrays, without a slice or a copy.
enum ByteComparison {
    /// Whether two stretches hold the same bytes. `left` and `right` may be the same array.
    static func equal(_ left: [UInt8], _ leftRange: Range<Int>, _ right: [UInt8], _ rightRange: Range<Int>) -> Bool {
        guard leftRange.count == rightRange.count else { return false }
        let left = left.span
        let right = right.span
        var offset = 0
        while offset < leftRange.count {
            guard left[leftRange.lowerBound &+ offset] == right[rightRange.lowerBound &+ offset] else { return false }
            offset &+= 1
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
