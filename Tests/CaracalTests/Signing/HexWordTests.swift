import Testing

@testable import Caracal

@Suite struct HexWordTests {
    @Test(arguments: 0..<8)
    func everyByteAtEveryPlaceIsReadAsByTheTable(place: Int) {
        for byte in UInt8.min...UInt8.max {
            var text = Array("09afAF7b".utf8)
            text[place] = byte
            let word = HexWord(text.reversed().reduce(0) { $0 << 8 | UInt64($1) })
            let digits = text.compactMap { HexText.digit($0) }
            #expect(word.areAllDigits == (digits.count == 8))
            guard digits.count == 8 else { continue }
            #expect(word.hasUpperCase == text.contains { (0x41...0x46).contains($0) })
            let decoded = (0..<4).map { UInt8(truncatingIfNeeded: word.decoded >> (8 * $0)) }
            #expect(decoded == (0..<4).map { digits[2 * $0] << 4 | digits[2 * $0 + 1] })
        }
    }
}
