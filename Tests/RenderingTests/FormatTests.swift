import Rendering
import Testing

struct FormatTests {
    @Test(arguments: [
        (0, "0"), (999, "999"), (1000, "1,000"), (231_008, "231,008"), (1_000_000, "1,000,000"), (-1, "-1"),
        (-999, "-999"), (-1000, "-1,000"), (Int.max, "9,223,372,036,854,775,807"),
        (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func numbersAreGroupedByThousands(_ number: Int, _ text: String) {
        #expect(Format.grouped(number) == text)
    }

    @Test func theLargestUnsignedNumberIsGrouped() {
        #expect(Format.grouped(UInt.max) == "18,446,744,073,709,551,615")
    }

    @Test(arguments: [
        (231_008, 1_000_000, "23%"), (37, 100_000, "0%"), (0, 5, "0%"), (999_999, 1_000_000, "99%"), (5, 5, "100%"),
        (100_099, 100_000, "100%"), (3, 2, "150%"), (.max, .max, "100%"), (.max - 1, .max, "99%"),
        (.max / 100, 1, "9223372036854775800%"),
    ])
    func percentagesAreRoundedDown(_ part: Int, _ whole: Int, _ text: String) {
        #expect(Format.percentage(part, of: whole) == text)
    }

    @Test(arguments: [(1, 0), (1, -1), (-1, 1), (Int.min, Int.min), (Int.max, 0)])
    func aShareThatDoesNotExistIsNil(_ part: Int, _ whole: Int) {
        #expect(Format.percentage(part, of: whole) == nil)
    }

    @Test(arguments: [
        (0, "0 B"), (1, "1 B"), (1023, "1023 B"), (1024, "1 KiB"), (1025, "1.0 KiB"), (1536, "1.5 KiB"),
        (10_240, "10 KiB"), (10_300, "10.1 KiB"), (102_348, "99.9 KiB"), (102_349, "100 KiB"), (512 << 20, "512 MiB"),
        (1 << 30, "1 GiB"), ((1 << 30) - 1, "1.0 GiB"), ((1 << 30) + 1, "1.0 GiB"), (3 << 29, "1.5 GiB"),
        (1 << 40, "1 TiB"), (1 << 50, "1 PiB"), (1 << 60, "1 EiB"), (.max, "8.0 EiB"), (.min, "-8 EiB"),
        (-1536, "-1.5 KiB"),
    ])
    func sizesAreInBinaryUnits(_ bytes: Int, _ text: String) {
        #expect(Format.size(bytes: bytes) == text)
    }

    @Test(arguments: [
        (0, "0s"), (1, "1ms"), (350, "350ms"), (999, "999ms"), (1000, "1s"), (4999, "4s"), (59_999, "59s"),
        (60_000, "1m00s"), (492_000, "8m12s"), (599_999, "9m59s"), (600_000, "10m"), (2_460_000, "41m"),
        (3_599_999, "59m"), (3_600_000, "1h00m"), (14_520_000, "4h02m"), (86_399_999, "23h59m"), (86_400_000, "1d00h"),
        (525_600_000, "6d02h"), (8_639_999_999, "99d23h"), (8_640_000_000, "100d"), (-350, "-350ms"),
        (-492_000, "-8m12s"), (.max, "106751991167d"), (.min, "-106751991167d"),
    ])
    func durationsShowTheTwoUnitsThatMatter(_ milliseconds: Int, _ text: String) {
        #expect(Format.duration(milliseconds: milliseconds) == text)
    }

    @Test(arguments: [(0, "0s"), (999, "0s"), (-999, "0s"), (1000, "1s"), (-4000, "in 4s"), (.min, "in 106751991167d")])
    func agesAreWholeSeconds(_ milliseconds: Int, _ text: String) {
        #expect(Format.age(milliseconds: milliseconds) == text)
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (1_767_444_425_939, "2026-01-03T12:47:05.939Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"), (-86_400_000, "1969-12-31T00:00:00.000Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
        (1_709_164_800_000, "2024-02-29T00:00:00.000Z"), (1_735_603_200_000, "2024-12-31T00:00:00.000Z"),
    ])
    func timestampsAreRFC3339InUTC(_ milliseconds: Int, _ text: String) {
        #expect(Format.timestamp(milliseconds: milliseconds) == text)
        #expect(Parse.time(text) == milliseconds)
    }

    @Test(arguments: [253_402_300_800_000, -62_167_219_200_001, Int.max, Int.min])
    func yearsBeyondFourDigitsHaveNoTimestamp(_ milliseconds: Int) {
        #expect(Format.timestamp(milliseconds: milliseconds) == nil)
    }

    @Test func anEntryIdCannotTrap() {
        #expect(Format.timestamp(milliseconds: UInt64.max) == nil)
        #expect(Format.timestamp(milliseconds: UInt64(1)) == "1970-01-01T00:00:00.001Z")
    }
}
