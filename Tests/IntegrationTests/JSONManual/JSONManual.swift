import TestSupport

/// The page `caracalctl-json(7)`: under each schema the paths of its members, and their types.
struct JSONManual {
    /// The types of each path, by the headings that stand over them.
    private(set) var shapes: [String: [String: Set<String>]] = [:]
    /// The codes of warnings and remarks.
    private(set) var codes: Set<String> = []

    init() throws {
        var heading = ""
        var isItem = false
        let page = try TemporaryFolder.read("\(Repository.root)/man/caracalctl-json.7")
        for line in String(decoding: page, as: UTF8.self).split(separator: "\n") {
            if line.hasPrefix(".SS ") || line.hasPrefix(".SH ") {
                heading = Self.words(line).last ?? ""
            } else if isItem, line.hasPrefix(".BI ") {
                let words = Self.words(line)
                shapes[heading, default: [:]][words[0]] = Self.types(words[1])
            } else if isItem, heading == "CODES", line.hasPrefix(".B ") {
                codes.insert(String(line.dropFirst(3)))
            }
            isItem = line == ".TP"
        }
    }

    /// What a document of a schema may hold: its own members, and what every document has.
    func document(_ schema: String) -> [String: Set<String>] {
        Self.whole((shapes[schema] ?? [:]).joined(shapes["envelope"] ?? [:]))
    }

    /// The members under a heading, and the arrays and objects that their paths go through.
    func members(of heading: String) -> [String: Set<String>] { Self.whole(shapes[heading] ?? [:]) }

    private static func whole(_ shape: [String: Set<String>]) -> [String: Set<String>] {
        var whole = shape
        for path in shape.keys {
            var inner = path
            while let end = inner.lastIndex(where: { $0 == "." || $0 == "[" }) {
                let type = inner[end] == "[" ? "array" : "object"
                inner = String(inner[..<end])
                if whole[inner] == nil { whole[inner] = [type] }
            }
        }
        return whole
    }

    /// The words of a macro that stand in quotation marks.
    private static func words(_ line: Substring) -> [String] {
        line.replacing("\\-", with: "-").split(separator: "\"").dropFirst().filter { $0 != " " }.map(String.init)
    }

    /// `string or null`; bytes are text too. An `object of bytes` has members of any name: it is open.
    private static func types(_ words: String) -> Set<String> {
        var words = words.split(separator: " ").map(String.init).filter { $0 != "or" }
        if let border = words.firstIndex(of: "of") { words.replaceSubrange(border...border + 1, with: ["open"]) }
        let types = Set(words)
        return types.contains("bytes") ? types.union(["string"]) : types
    }
}
