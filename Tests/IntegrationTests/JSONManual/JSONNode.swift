import FoundationEssentials

/// A JSON document of any shape.
indirect enum JSONNode: Decodable, Equatable, Sendable {
    case null
    case boolean
    case integer
    case number
    case string(String)
    case array([JSONNode])
    case object([String: JSONNode])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if (try? container.decode(Bool.self)) != nil {
            self = .boolean
        } else if let text = try? container.decode(String.self) {
            self = .string(text)
        } else if (try? container.decode(Int64.self)) != nil || (try? container.decode(UInt64.self)) != nil {
            self = .integer
        } else if (try? container.decode(Double.self)) != nil {
            self = .number
        } else if let elements = try? container.decode([JSONNode].self) {
            self = .array(elements)
        } else {
            self = .object(try container.decode([String: JSONNode].self))
        }
    }

    /// Reads one document.
    static func read(_ text: some StringProtocol) throws -> JSONNode {
        do { return try JSONDecoder().decode(JSONNode.self, from: Data(text.utf8)) } catch {
            throw NotJSON(text: String(text))
        }
    }

    /// What was written and is no JSON.
    struct NotJSON: Error {
        let text: String
    }

    /// Reads one document a line.
    static func lines(_ text: String) throws -> [JSONNode] {
        try text.split(separator: "\n").map { try read($0) }
    }

    subscript(name: String) -> JSONNode? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    /// An object without one of its members.
    func without(_ name: String) -> JSONNode {
        if case .object(let members) = self { .object(members.filter { $0.key != name }) } else { self }
    }

    /// An object with one of its members.
    func only(_ name: String) -> JSONNode {
        if case .object(let members) = self { .object(members.filter { $0.key == name }) } else { self }
    }

    /// A document with other items and another summary.
    func with(_ items: [JSONNode], _ summary: JSONNode) -> JSONNode {
        guard case .object(let members) = self else { return self }
        return .object(members.merging(["items": .array(items), "summary": summary]) { $1 })
    }

    /// The paths of everything in it, each with the types that were met there: `items[].stream` is a string.
    func shape(at path: String = "") -> [String: Set<String>] {
        switch self {
        case .null: return [path: ["null"]]
        case .boolean: return [path: ["boolean"]]
        case .integer: return [path: ["integer"]]
        case .number: return [path: ["number"]]
        case .string: return [path: ["string"]]
        case .array(let elements): return elements.reduce([path: ["array"]]) { $0.joined($1.shape(at: path + "[]")) }
        case .object(let members):
            if Set(members.keys) == ["base64"] { return [path: ["bytes"]] }
            return members.reduce(path.isEmpty ? [:] : [path: ["object"]]) {
                $0.joined($1.value.shape(at: path.isEmpty ? $1.key : "\(path).\($1.key)"))
            }
        }
    }
}

extension [String: Set<String>] {
    /// Both shapes in one.
    func joined(_ other: [String: Set<String>]) -> [String: Set<String>] {
        merging(other) { $0.union($1) }
    }
}
