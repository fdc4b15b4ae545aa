import Testing

@testable import Caracal

@Suite struct ReadableBytesTests {
    @Test(
        arguments: [
            ("plain:1", Array("plain:1".utf8)), ("ü", Array("ü".utf8)), ("\\xff", [0xFF]),
            ("\\\\xff", Array("\\xff".utf8)),
            ("a\\\\\\xff", Array("a\\".utf8) + [0xFF]), ("\u{1B}[m", Array("\u{1B}[m".utf8)),
        ] as [(String, [UInt8])]
    )
    func noTwoNamesShareAText(text: String, bytes: [UInt8]) {
        #expect(bytes.readable == text)
    }
}
