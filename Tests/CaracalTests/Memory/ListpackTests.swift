import Testing

@testable import Caracal

@Suite struct ListpackTests {
    @Test(
        arguments: [
            (0, 2), (127, 2), (128, 3), (-1, 3), (-4096, 3), (4095, 3), (4096, 4), (32_767, 4), (32_768, 5),
            (8_388_607, 5), (8_388_608, 6), (2_147_483_647, 6), (2_147_483_648, 10), (.min, 10),
        ] as [(Int64, Int)]
    )
    func anIntegerTakesWhatItsRangeNeeds(integer: Int64, bytes: Int) {
        #expect(Listpack.bytes(of: integer) == bytes)
        #expect(Listpack.bytes(of: Array("\(integer)".utf8).span) == bytes, "as text it is stored as the same integer")
    }

    @Test(arguments: [(0, 2), (1, 3), (63, 65), (64, 67), (125, 128), (126, 130), (4095, 4099), (4096, 4103)])
    func aStringTakesItsLengthTwice(count: Int, bytes: Int) {
        #expect(Listpack.bytes(of: [UInt8](repeating: UInt8(ascii: "x"), count: count).span) == bytes)
    }

    @Test(arguments: ["007", "+1", " 1", "1.0", "-0", "-", "9223372036854775808", "1e3"])
    func whatWouldNotComeBackAsItWasIsAString(text: String) {
        #expect(Listpack.bytes(of: Array(text.utf8).span) == text.utf8.count + 2)
    }
}
