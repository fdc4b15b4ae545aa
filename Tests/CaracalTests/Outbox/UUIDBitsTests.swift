import Testing

@testable import Caracal

/// The bits of ids as the services write them; every other text is none.
@Suite struct UUIDBitsTests {
    private static let text = "0199a000-0b1c-7d2e-8f30-a1b2c3d4e5f6"

    /// A span is nothing that an expectation could take apart.
    private static func bits(_ text: String) -> UUIDBits? { UUIDBits(Array(text.utf8).span) }

    @Test func theTextOfTheBitsIsTheTextThatWasRead() throws {
        let bits = try #require(Self.bits(Self.text))
        #expect(bits == UUIDBits(high: 0x0199_A000_0B1C_7D2E, low: 0x8F30_A1B2_C3D4_E5F6))
        #expect(String(decoding: bits.text, as: UTF8.self) == Self.text)
        #expect(bits.milliseconds == 0x0199_A000_0B1C)
        #expect(UUIDBits.first(of: 0x0199_A000_0B1C) < bits)
    }

    @Test func otherVersionsNameNoTime() throws {
        let text = Self.text.replacing("7d2e", with: "4d2e")
        #expect(try #require(Self.bits(text)).milliseconds == nil)
    }

    /// Every byte that is no digit there, at every place.
    @Test func anotherByteAnywhereMakesItNoUUID() {
        let text = Array(Self.text.utf8)
        let digits = Set("0123456789abcdef".utf8)
        for place in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[place] = byte
                let isRight = text[place] == UInt8(ascii: "-") ? byte == text[place] : digits.contains(byte)
                let read = UUIDBits(changed.span)?.text
                #expect((read == changed) == isRight, "\(place) \(byte)")
            }
        }
    }

    @Test(arguments: ["", "0199a000", text + "0", String(text.dropLast()), "00000000-0000-0000-0000-000000000000"])
    func otherTextsAreNone(_ text: String) {
        #expect(Self.bits(text) == nil)
    }
}
