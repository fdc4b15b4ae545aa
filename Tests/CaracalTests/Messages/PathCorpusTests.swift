import FoundationEssentials
import Testing

@testable import Caracal

/// Paths against a JSON library, on documents that are made at random: whole ones, and broken ones.
@Suite struct PathCorpusTests {
    /// A document as the library reads it.
    private enum Node: Decodable, Equatable {
        case null
        case bool(Bool)
        case number(Double)
        case text(String)
        case list([Node])
        case object([String: Node])

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                self = .null
            } else if let bool = try? value.decode(Bool.self) {
                self = .bool(bool)
            } else if let number = try? value.decode(Double.self) {
                self = .number(number)
            } else if let text = try? value.decode(String.self) {
                self = .text(text)
            } else if let list = try? value.decode([Node].self) {
                self = .list(list)
            } else {
                self = .object(try value.decode([String: Node].self))
            }
        }

        static func read(_ text: some Collection<UInt8>) -> Node? {
            try? JSONDecoder().decode(Node.self, from: Data(text))
        }
    }

    /// Writes a document with every kind of value, white space and escape, and notes the paths in it.
    private struct Author {
        var random: SeededGenerator
        var paths: [String] = []

        mutating func document() -> String {
            paths = []
            return object("data", 0)
        }

        private mutating func object(_ path: String, _ depth: Int) -> String {
            let names = Array(["a", "b.c", "d\\e", "é", "", "long name", "0"].shuffled(using: &random).prefix(pick(5)))
            let members = names.map { name in
                let value = value(name.isEmpty ? nil : "\(path).\(MessagePath.quoted(name))", depth + 1)
                return "\(space())\"\(escaped(name))\"\(space()):\(space())\(value)\(space())"
            }
            return "{\(members.joined(separator: ","))}"
        }

        private mutating func list(_ path: String?, _ depth: Int) -> String {
            let items = (0..<pick(4)).map { place in
                space() + value(path.map { "\($0).\(place)" }, depth + 1) + space()
            }
            return "[\(items.joined(separator: ","))]"
        }

        private mutating func value(_ path: String?, _ depth: Int) -> String {
            if let path { paths.append(path) }
            switch pick(depth > 4 ? 4 : 6) {
            case 0: return ["true", "false", "null"][pick(3)]
            case 1: return ["0", "-1.5e3", "12", "0.25"][pick(4)]
            case 2: return "\"\(escaped(["", "text", "é\"\\", "\u{1F600}", "{}", "a\nb"][pick(6)]))\""
            case 3: return "\"plain\""
            case 4: return object(path ?? "data.", depth)
            default: return list(path, depth)
            }
        }

        /// The text as JSON has it, some characters written as escapes that need not be.
        private mutating func escaped(_ text: String) -> String {
            text.unicodeScalars.map { scalar in
                let mustBe = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
                guard mustBe || pick(6) == 0 else { return String(scalar) }
                return String(scalar).utf16.map { unit in
                    let digits = String(unit, radix: 16)
                    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }.joined()
            }.joined()
        }

        private mutating func space() -> String { ["", "", "", " ", "\n\t "][pick(5)] }

        private mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
    }

    @Test func everyPathLeadsToWhatTheLibraryFinds() throws {
        var author = Author(random: SeededGenerator(seed: 17))
        var reader = MessagePathReader()
        for _ in 0..<2_000 {
            let document = author.document()
            let root = try #require(Node.read(document.utf8), "\(document)")
            let entry = message(["data": document])
            for path in author.paths where !path.contains("data..") {
                let expected = find(names(path), in: root)
                let reading = reader.read(try MessagePath(path.utf8), in: entry.fields, entry.bytes)
                let text: [UInt8]? =
                    switch reading {
                    case .missing: nil
                    case .unreadable: Array("?".utf8)
                    case .inPlace(let range): Array(entry.bytes[range])
                    case .copied: reader.copy
                    }
                #expect(isSame(text, expected), "\(path) in \(document): \(reading)")
            }
        }
    }

    /// What the library takes, and nothing else, is read; but for a comma before a closing brace, which RFC 8259 does not have
    /// and the library takes.
    @Test func aBrokenDocumentIsUnreadableWhereTheLibraryRefusesIt() throws {
        var author = Author(random: SeededGenerator(seed: 18))
        var reader = MessagePathReader()
        let path = try MessagePath("data.nowhere".utf8)
        var (broken, whole) = (0, 0)
        for _ in 0..<2_000 {
            var bytes = Array(author.document().utf8)
            for _ in 0..<Int.random(in: 1...2, using: &author.random) {
                let place = Int.random(in: 1..<max(2, bytes.count), using: &author.random)
                guard place < bytes.count else { continue }
                let marks = Array("{}[],:\"x1\\ ".utf8)
                if Bool.random(using: &author.random) {
                    bytes.remove(at: place)
                } else {
                    bytes[place] = marks[Int.random(in: 0..<marks.count, using: &author.random)]
                }
            }
            guard bytes.first == UInt8(ascii: "{") else { continue }
            let entry = Message([(Array("data".utf8), bytes)])
            let isRead = reader.read(path, in: entry.fields, entry.bytes) != .unreadable
            let isTaken = Node.read(bytes) != nil && !hasCommaBeforeBrace(bytes)
            #expect(isRead == isTaken, "\(String(decoding: bytes, as: UTF8.self))")
            if isTaken { whole += 1 } else { broken += 1 }
        }
        #expect(broken > 500 && whole > 100)
    }

    /// Whether a comma outside of strings has nothing but white space between it and a closing brace.
    private func hasCommaBeforeBrace(_ bytes: [UInt8]) -> Bool {
        var (isInText, isEscaped, isBehindComma) = (false, false, false)
        for byte in bytes {
            switch byte {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\") where isInText: isEscaped = true
            case UInt8(ascii: "\""):
                isInText.toggle()
                isBehindComma = false
            case _ where isInText || " \n\t".utf8.contains(byte): break
            case UInt8(ascii: "}") where isBehindComma: return true
            default: isBehindComma = byte == UInt8(ascii: ",")
            }
        }
        return false
    }

    /// The names in a path, without what quotes them.
    private func names(_ path: String) -> [String] {
        var names = [""]
        var isEscaped = false
        for scalar in path.unicodeScalars {
            if !isEscaped, scalar == "\\" {
                isEscaped = true
            } else if !isEscaped, scalar == "." {
                names.append("")
            } else {
                names[names.count - 1].unicodeScalars.append(scalar)
                isEscaped = false
            }
        }
        return Array(names.dropFirst())
    }

    private func find(_ names: [String], in root: Node) -> Node? {
        names.reduce(root) { node, name in
            switch node {
            case .object(let members)?: members[name]
            case .list(let items)?: Int(name).flatMap { items.indices.contains($0) ? items[$0] : nil }
            default: nil
            }
        }
    }

    private func isSame(_ text: [UInt8]?, _ node: Node?) -> Bool {
        switch node {
        case nil, .null?: text == nil
        case .text(let own)?: text == Array(own.utf8)
        case .bool, .number, .list, .object: text.flatMap { Node.read($0) } == node
        }
    }
}
