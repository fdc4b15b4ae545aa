@testable import Caracal

/// The bytes that hexadecimal text stands for; a digit that is none makes the test that uses it fail.
func bytes(hex text: String) -> [UInt8] {
    let digits = text.utf8.map { HexText.digit($0) ?? 0xFF }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// Lower-case hexadecimal text.
func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// A key of 32 equal bytes.
func key(_ byte: UInt8) throws -> SigningKey {
    try SigningKey(hex: Array(hex(Array(repeating: byte, count: 32)).utf8))
}

/// A message of text fields.
func message(_ pairs: KeyValuePairs<String, String>) -> Message {
    Message(pairs.map { (name: Array($0.key.utf8), value: Array($0.value.utf8)) })
}

/// The text of some bytes; invalid UTF-8 is repaired.
func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
