import Testing

@testable import Caracal

@Suite struct ExportSealTests {
    private static let line = Array(#"{"line":1,"fields":[["a","b"]]}"#.utf8)

    @Test func theDigestIsThatOfAllBeforeIt() throws {
        let sealed = try ExportSeal.seal(Self.line)
        // echo -n '{"line":1,"fields":[["a","b"]]' | sha256sum
        #expect(sealed.readable == Self.line.dropLast().readable + #","digest":"sha256:"# + Self.expected + #""}"#)
        #expect(try ExportSeal.holds(sealed, sealed.indices))
    }

    @Test func anyChangedByteIsRecognised() throws {
        let sealed = try ExportSeal.seal(Self.line)
        for place in sealed.indices {
            var altered = sealed
            altered[place] ^= 1
            #expect(try !ExportSeal.holds(altered, altered.indices))
        }
    }

    @Test func aLineThatIsTooShortHasNoSeal() throws {
        #expect(try !ExportSeal.holds([], 0..<0))
        #expect(try !ExportSeal.holds(Self.line, Self.line.indices))
    }

    private static let expected = "66b187bc01f817cf022325999cb6f08c3dda6531e10778c1c843a3689d59230e"
}
