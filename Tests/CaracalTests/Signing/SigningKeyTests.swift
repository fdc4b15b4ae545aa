import Redis
import Testing

@testable import Caracal
import Text

@Suite struct SigningKeyTests {
    private static let hex31 = String(repeating: "ab", count: 31)

    private static let wrongTexts: [(String, SigningKeyError)] = [
        ("", .empty),
        ("abc", .oddNumberOfDigits(3)),
        ("a\(hex31)ab", .oddNumberOfDigits(65)),
        (hex31, .tooShort(count: 31)),
        ("ab", .tooShort(count: 1)),
        ("0x\(hex31)", .base64),
        ("\(hex31)a:", .notHex(position: 64)),
        ("\(hex31)ab\n", .notHex(position: 65)),
        ("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", .base64),
        ("pTjFIN8D6nNvQ-_5xjnXr2yBqz", .base64),
        ("zz", .notHex(position: 1)),
    ]

    @Test(arguments: wrongTexts)
    func wrongTextIsExplained(text: String, error: SigningKeyError) {
        #expect(throws: error) { try SigningKey(hex: Array(text.utf8)) }
    }

    private static let words: [(SigningKeyError, String)] = [
        (.empty, "the key is empty"),
        (.oddNumberOfDigits(63), "the key has an odd number of hexadecimal digits (63): one is missing"),
        (.notHex(position: 7), "the key is not hexadecimal: character 7 is no digit"),
        (.base64, "the key looks like base64: it must be hexadecimal"),
        (.tooShort(count: 1), "the key has 1 byte: it needs at least 32"),
        (.tooShort(count: 16), "the key has 16 bytes: it needs at least 32"),
    ]

    @Test(arguments: words)
    func errorIsOneClearLine(error: SigningKeyError, text: String) {
        #expect(error.description == text)
    }

    @Test func bothCasesDecode() throws {
        let key = try SigningKey(hex: Array("00ff0A".utf8) + Array(repeating: UInt8(ascii: "E"), count: 58))
        let expected = [0x00, 0xFF, 0x0A] + [UInt8](repeating: 0xEE, count: 29)
        key.secret.withBytes { bytes in
            #expect(bytes.indices.map { bytes[$0] } == expected)
        }
    }

    @Test func keyIsNeverDescribed() throws {
        let key = try SigningKey(hex: Array(String(repeating: "5a", count: 32).utf8))
        var dumped = ""
        dump(key, to: &dumped)
        dump([key], to: &dumped)
        dump(key.secret, to: &dumped)
        dump(SignatureKeys(fields: key, audit: key), to: &dumped)
        let text = "\(key) \(String(reflecting: key)) \(key.secret) \(String(reflecting: key.secret)) \(dumped)"
        #expect(!text.lowercased().contains("5a"))
        #expect(!text.contains("90"))
        #expect("\(key)" == "(secret)")
    }

    @Test func wipedBytesAreZeros() {
        let secret = SecretBytes(capacity: 4) { buffer in
            for index in buffer.indices { buffer[index] = 7 }
            return 3
        }
        secret.wipe()
        secret.withBytes { bytes in
            #expect(bytes.indices.map { bytes[$0] } == [0, 0, 0])
        }
    }
}
