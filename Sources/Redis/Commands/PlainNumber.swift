/// Numbers as INFO and CONFIG GET write them: text that is a plain number, and nothing else.
enum PlainNumber {
    /// Digits only; nil for anything else, and for what does not fit.
    static func unsigned(_ text: some Collection<UInt8>) -> UInt64? {
        guard !text.isEmpty, text.allSatisfy(isDigit) else { return nil }
        return UInt64(String(decoding: text, as: UTF8.self))
    }

    /// Digits with a point and a sign at most; nil for anything else, `nan` and `inf` included.
    static func double(_ text: [UInt8]) -> Double? {
        guard text.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }) else { return nil }
        return Double(String(decoding: text, as: UTF8.self)).flatMap { $0.isFinite ? $0 : nil }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
