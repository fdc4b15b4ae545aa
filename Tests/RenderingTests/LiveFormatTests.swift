import Rendering
import Testing

struct LiveFormatTests {
    @Test(
        arguments: [
            (0, "0"), (999, "999"), (1000, "1.0k"), (1999, "1.9k"), (12_345, "12k"), (999_999, "999k"),
            (1_000_000, "1.0M"), (UInt64.max, "18E"),
        ] as [(UInt64, String)]
    )
    func countsAreCutToFourColumns(count: UInt64, text: String) {
        #expect(Format.compact(count) == text)
    }

    @Test(
        arguments: [
            (0, "0B"), (1023, "1023B"), (1024, "1.0K"), (1536, "1.5K"), (512 << 20, "512M"), (UInt64.max, "15E"),
        ] as [(UInt64, String)]
    )
    func sizesAreCutToFiveColumns(bytes: UInt64, text: String) {
        #expect(Format.compactSize(bytes) == text)
    }

    @Test(
        arguments: [
            (0, "0"), (0.04, "<0.1"), (0.44, "0.4"), (7, "7"), (7.49, "7.5"), (12.4, "12"), (1234, "1.2k"),
            (1e30, "9.2E"),
        ]
    )
    func ratesSayWhetherAnythingMoves(rate: Double, text: String) {
        #expect(Format.rate(rate) == text)
    }

    @Test func barsRiseFromZeroToTheGreatest() {
        #expect(Sparkline.text([0, 1, 4, 8], width: 6, unicode: true) == "  ▁▂▅█")
        #expect(Sparkline.text([0, 1, nil, 8], width: 6, unicode: false) == "  _. #")
        #expect(Sparkline.text([9, 0, 0], width: 2, unicode: true) == "▁▁", "what is not shown does not scale")
        #expect(Sparkline.text([.infinity, .nan, 1], width: 3, unicode: false).count == 3)
        #expect(Sparkline.text([1], width: 0, unicode: true) == "")
    }
}
