import Glibc

/// Searches in stretches of byte arrays, without a slice or a copy.
enum ByteSearch {
    /// The offset of the first `byte` within `range`; nil when there is none.
    static func first(_ byte: UInt8, in bytes: [UInt8], _ range: Range<Int>) -> Int? {
        bytes.span.bytes.extracting(range).withUnsafeBytes { stretch in
            guard let start = stretch.baseAddress, let place = memchr(start, Int32(byte), stretch.count) else {
                return nil
            }
            return range.lowerBound + (UnsafeRawPointer(place) - start)
        }
    }

    /// Whether `text` occurs within `range`.
    static func contains(_ text: [UInt8], in bytes: [UInt8], _ range: Range<Int>) -> Bool {
        guard let head = text.first else { return true }
        var start = range.lowerBound
        while let place = first(head, in: bytes, start..<range.upperBound), range.upperBound - place >= text.count {
            if ByteComparison.equal(bytes, place..<place + text.count, text) { return true }
            start = place + 1
        }
        return false
    }
}

/// Searches many stretches for one text, with as few looks as the text is long (Horspool).
struct TextSearch {
    private let text: [UInt8]
    /// By the byte under the text's end: how far the text can be moved on when it does not stand there.
    private var steps: [Int]

    init(_ text: [UInt8]) {
        self.text = text
        steps = Array(repeating: text.count, count: 256)
        for (place, byte) in text.dropLast().enumerated() { steps[Int(byte)] = text.count - 1 - place }
    }

    /// Whether the text occurs within `range`.
    func isIn(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        guard let last = text.last else { return true }
        var end = range.lowerBound + text.count - 1
        while end < range.upperBound {
            let byte = bytes[end]
            if byte == last, ByteComparison.equal(bytes, end + 1 - text.count..<end + 1, text) { return true }
            end += steps[Int(byte)]
        }
        return false
    }
}

/// Comparisons of stretches of one or two byte arrays, without a slice or a copy.
enum ByteComparison {
    /// Whether two stretches hold the same bytes. `left` and `right` may be the same array.
    static func equal(_ left: [UInt8], _ leftRange: Range<Int>, _ right: [UInt8], _ rightRange: Range<Int>) -> Bool {
        leftRange.count == rightRange.count && compare(left, leftRange, right, rightRange, leftRange.count) == 0
    }

    /// Whether a stretch of `bytes` is exactly `text`.
    static func equal(_ bytes: [UInt8], _ range: Range<Int>, _ text: [UInt8]) -> Bool {
        equal(bytes, range, text, text.indices)
    }

    /// Whether the first stretch sorts before the second, byte by byte, a prefix before what it begins.
    static func precedes(_ bytes: [UInt8], _ left: Range<Int>, _ right: Range<Int>) -> Bool {
        let difference = compare(bytes, left, bytes, right, min(left.count, right.count))
        return difference == 0 ? left.count < right.count : difference < 0
    }

    /// memcmp(3) of the first `count` bytes of two stretches.
    @inline(__always)
    private static func compare(
        _ left: [UInt8],
        _ leftRange: Range<Int>,
        _ right: [UInt8],
        _ rightRange: Range<Int>,
        _ count: Int
    ) -> Int32 {
        left.span.bytes.extracting(leftRange).withUnsafeBytes { left in
            right.span.bytes.extracting(rightRange).withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return 0 }
                return memcmp(left, right, count)
            }
        }
    }
}

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
