/// A parameter of a statement, sent beside it and never within it. Its type is the one that the statement needs in its place
/// (`$1::timestamptz` says so where that is not plain).
package enum PostgresValue: Sendable, Equatable {
    case null
    case text(String)
    /// The text of a value, in UTF-8.
    case bytes([UInt8])
    case integer(Int64)
    case boolean(Bool)
    /// An array, for `= ANY($1::text[])`, of what the database or the command line gave. Of what Redis gave: `texts(among:)`.
    case texts([[UInt8]])

    /// An array of those values that are text, for values that can be any bytes, as an id in an entry can: Postgres would refuse
    /// the statement for one that is none, and no row has it.
    package static func texts(among values: [[UInt8]]) -> PostgresValue { .texts(values.filter(isText)) }

    /// Whether a text of Postgres can be this.
    package static func isText(_ bytes: [UInt8]) -> Bool {
        !bytes.contains(0) && String(validating: bytes, as: UTF8.self) != nil
    }

    /// As Postgres reads it; nil for NULL.
    var text: [UInt8]? {
        switch self {
        case .null: nil
        case .text(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        case .integer(let number): Array(String(number).utf8)
        case .boolean(let value): Array((value ? "true" : "false").utf8)
        case .texts(let texts): Self.array(texts)
        }
    }

    /// `{"a","b"}`
    private static func array(_ texts: [[UInt8]]) -> [UInt8] {
        var array: [UInt8] = [UInt8(ascii: "{")]
        array.reserveCapacity(texts.reduce(2) { $0 + $1.count + 3 })
        for (index, text) in texts.enumerated() {
            if index > 0 { array.append(UInt8(ascii: ",")) }
            array.append(UInt8(ascii: "\""))
            for byte in text {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { array.append(UInt8(ascii: "\\")) }
                array.append(byte)
            }
            array.append(UInt8(ascii: "\""))
        }
        array.append(UInt8(ascii: "}"))
        return array
    }
}

extension PostgresValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
}

/// Texts as C takes them, for as long as the object lives.
final class CTexts {
    /// One for each text, nil for nil.
    let pointers: [UnsafePointer<CChar>?]
    private let storage: [UnsafeMutableBufferPointer<CChar>]

    /// Copies texts, which hold no NUL.
    init(_ texts: [[UInt8]?]) {
        var storage: [UnsafeMutableBufferPointer<CChar>] = []
        pointers = texts.map { text in
            guard let text else { return nil }
            let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: text.count + 1)
            _ = copy.initialize(from: text.map { CChar(bitPattern: $0) } + [0])
            storage.append(copy)
            return UnsafePointer(copy.baseAddress)
        }
        self.storage = storage
    }

    deinit {
        for copy in storage { copy.deallocate() }
    }
}
