import RESP

/// The simplest reply there could be: a tree.
indirect enum ModelReply: Equatable {
    case text(ReplyKind, [UInt8])
    case integer(Int64)
    case null
    case boolean(Bool)
    case list(ReplyKind, [ModelReply])

    init(_ value: ReplyValue) {
        switch value.kind {
        case .null: self = .null
        case .boolean: self = .boolean(value.boolean ?? false)
        case .integer: self = .integer(value.integer ?? 0)
        case .map: self = .list(.map, (value.pairs.map(Array.init) ?? []).flatMap { [Self($0.field), Self($0.value)] })
        case .array, .set, .push: self = .list(value.kind, value.elements.map(Self.init))
        default: self = .text(value.kind, value.text.map(Array.init) ?? [])
        }
    }

    static func random(depth: Int, using random: inout SeededRandom) -> ModelReply {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &random) {
        case 0: .integer(Int64.random(in: .min ... .max, using: &random))
        case 1: .null
        case 2: .boolean(Bool.random(using: &random))
        case 3: .text(.simpleString, line(using: &random))
        case 4: .text(.verbatimString, payload(using: &random))
        case 5: .text(.bulkString, payload(using: &random))
        case 6: .list(.map, list(of: 2 * Int.random(in: 0...3, using: &random), depth: depth, using: &random))
        case 7: .list(.set, list(of: Int.random(in: 0...4, using: &random), depth: depth, using: &random))
        default: .list(.array, list(of: Int.random(in: 0...6, using: &random), depth: depth, using: &random))
        }
    }

    private static func list(of count: Int, depth: Int, using random: inout SeededRandom) -> [ModelReply] {
        (0..<count).map { _ in .random(depth: depth - 1, using: &random) }
    }

    private static func payload(using random: inout SeededRandom) -> [UInt8] {
        (0..<Int.random(in: 0...30, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    private static func line(using random: inout SeededRandom) -> [UInt8] {
        payload(using: &random).filter { $0 != 13 }
    }

    /// Its bytes, with an attribute thrown in now and then.
    func encoded(using random: inout SeededRandom) -> [UInt8] {
        let attribute = Int.random(in: 0..<10, using: &random) == 0 ? "|1\r\n+a\r\n*2\r\n:1\r\n_\r\n" : ""
        return Array(attribute.utf8) + body(using: &random)
    }

    private func body(using random: inout SeededRandom) -> [UInt8] {
        switch self {
        case .integer(let number): Array(":\(number)\r\n".utf8)
        case .null: Array((["_\r\n", "$-1\r\n", "*-1\r\n"].randomElement(using: &random) ?? "").utf8)
        case .boolean(let flag): Array("#\(flag ? "t" : "f")\r\n".utf8)
        case .text(.simpleString, let text): [43] + text + [13, 10]
        case .text(.verbatimString, let text): Array("=\(text.count + 4)\r\ntxt:".utf8) + text + [13, 10]
        case .text(_, let text): Array("$\(text.count)\r\n".utf8) + text + [13, 10]
        case .list(.map, let values):
            Array("%\(values.count / 2)\r\n".utf8) + values.flatMap { $0.encoded(using: &random) }
        case .list(let kind, let values):
            Array("\(kind == .set ? "~" : "*")\(values.count)\r\n".utf8)
                + values.flatMap { $0.encoded(using: &random) }
        }
    }
}
