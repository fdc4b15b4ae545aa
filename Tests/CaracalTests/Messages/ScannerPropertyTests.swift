import FoundationEssentials
import Testing

@testable import Caracal

/// Compares the scanner with FoundationEssentials' reading of the same lines.
@Suite struct ScannerPropertyTests {
    @Test func linesOfStringsReadAsTheLibraryReadsThem() throws {
        var random = SeededGenerator(seed: 11)
        var scanner = MessageScanner()
        var message = Message()
        for _ in 0..<2_000 {
            let line = randomLine(&random)
            let expected = try JSONDecoder().decode([String: String].self, from: Data(line))
            try scanner.scan(line, line.indices, into: &message)
            #expect(message.fields.count == expected.count)
            for index in message.fields.indices {
                #expect(expected[text(message.name(at: index))] == text(message.value(at: index)))
            }
        }
    }

    @Test func whatIsAcceptedTheLibraryAcceptsToo() {
        var random = SeededGenerator(seed: 12)
        var scanner = MessageScanner()
        var message = Message()
        var accepted = 0
        for _ in 0..<20_000 {
            let line = mutate(Array(Self.seed.utf8), &random)
            guard (try? scanner.scan(line, line.indices, into: &message)) != nil else { continue }
            accepted += 1
            #expect((try? JSONDecoder().decode(Anything.self, from: Data(line))) != nil, "\(text(line))")
        }
        #expect(accepted > 100)
    }

    @Test func compactedValuesReadTheSame() throws {
        var random = SeededGenerator(seed: 13)
        var scanner = MessageScanner()
        var message = Message()
        for _ in 0..<500 {
            let value = randomValue(&random, depth: 4)
            let line = Array("{\"v\":[\(value)]}".utf8)
            try scanner.scan(line, line.indices, into: &message)
            let compact = message.value(at: 0)
            let before = try JSONDecoder().decode(Anything.self, from: Data("[\(value)]".utf8))
            #expect(try JSONDecoder().decode(Anything.self, from: Data(compact)) == before)
            #expect(!compact.contains(UInt8(ascii: "\t")))
        }
    }

    private static let seed = #"{"a":"b\u00e9","c":[1.5e3, {"x":null}], "d":true,"e":-0}"#

    private func mutate(_ line: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var line = line
        let alphabet = Array("{}[]\",:\\u019eE+-. tfn\n\u{1}é".utf8)
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            let place = Int.random(in: line.indices, using: &random)
            let byte = alphabet[Int.random(in: alphabet.indices, using: &random)]
            switch Int.random(in: 0..<3, using: &random) {
            case 0: line[place] = byte
            case 1: line.insert(byte, at: place)
            default: line.remove(at: place)
            }
        }
        return line
    }

    private func randomLine(_ random: inout SeededGenerator) -> [UInt8] {
        let fields = (0..<Int.random(in: 0...12, using: &random)).map { index in
            let space = [" ", "\t", "", "\r\n"][Int.random(in: 0..<4, using: &random)]
            return "\(space)\"\(index)\(randomText(&random))\"\(space):\(space)\"\(randomText(&random))\"\(space)"
        }
        return Array("{\(fields.joined(separator: ","))}".utf8)
    }

    private func randomText(_ random: inout SeededGenerator) -> String {
        let pieces = [
            "a", "plain text of more than eight bytes", "é", "€", "😀", "\\n", "\\\"", "\\\\", "\\/", "\\u00e9",
            "\\u20ac",
            "\\ud83d\\ude00", "\\u0001", " ", "{", "]", "\u{7F}", "\u{2028}",
        ]
        return (0..<Int.random(in: 0...6, using: &random)).map { _ in
            pieces[Int.random(in: pieces.indices, using: &random)]
        }.joined()
    }

    private func randomValue(_ random: inout SeededGenerator, depth: Int) -> String {
        let space = ["", " ", "\t \t"][Int.random(in: 0..<3, using: &random)]
        switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &random) {
        case 0: return space + "\(Int.random(in: -1_000...1_000, using: &random))" + space
        case 1: return space + "\"\(randomText(&random))\"" + space
        case 2: return space + "null" + space
        case 3: return space + "true" + space
        case 4:
            let elements = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                randomValue(&random, depth: depth - 1)
            }
            return "\(space)[\(space)\(elements.joined(separator: ","))]"
        default:
            let members = (0..<Int.random(in: 0...3, using: &random)).map { index in
                "\(space)\"k\(index)\"\(space):\(randomValue(&random, depth: depth - 1))"
            }
            return "{\(members.joined(separator: ","))\(space)}\(space)"
        }
    }
}

/// Any JSON value, as the library reads it.
private enum Anything: Decodable, Equatable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([Anything])
    case object([String: Anything])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([Anything].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: Anything].self))
        }
    }
}
