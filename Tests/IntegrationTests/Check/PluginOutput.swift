/// What a monitoring system reads from a plugin: parsed by the grammar of the plugin guidelines, strictly.
struct PluginOutput: Equatable {
    struct Datum: Equatable {
        let value: String
        let unit: String
        let limits: [String]
    }

    struct Malformed: Error {
        let reason: String
    }

    let service: String
    let state: String
    let summary: String
    let performance: [String: Datum]
    let lines: [String]

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Malformed(reason: "no line feed at the end") }
        var lines = text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let first = lines.removeFirst()
        self.lines = lines
        guard !lines.contains(where: { $0.contains("|") }) else { throw Malformed(reason: "figures in a later line") }
        let halves = first.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard halves.count <= 2 else { throw Malformed(reason: "two bars") }
        let words = halves[0].split(separator: " ", maxSplits: 3).map(String.init)
        guard words.count == 4, words[2] == "-" else { throw Malformed(reason: "no SERVICE STATE - text") }
        (service, state) = (words[0], words[1])
        summary = words[3].hasSuffix(" ") ? String(words[3].dropLast()) : words[3]
        performance = halves.count == 2 ? try Self.performance(halves[1]) : [:]
    }

    /// `'label'=value[UOM];[warn];[crit];[min];[max]`, with blanks between.
    private static func performance(_ text: String) throws -> [String: Datum] {
        var data: [String: Datum] = [:]
        var rest = text[...]
        while let start = rest.firstIndex(where: { $0 != " " }) {
            rest = rest[start...]
            guard rest.popFirst() == "'", let end = rest.firstIndex(of: "'") else { throw Malformed(reason: "\(rest)") }
            let label = String(rest[..<end])
            rest = rest[rest.index(after: end)...]
            guard rest.popFirst() == "=", !label.contains("="), data[label] == nil else {
                throw Malformed(reason: "label \(label)")
            }
            let word = rest.prefix { $0 != " " }
            rest = rest[word.endIndex...]
            data[label] = try datum(String(word))
        }
        return data
    }

    private static func datum(_ word: String) throws -> Datum {
        let parts = word.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
        let value = parts[0].prefix { $0.isNumber || $0 == "." || $0 == "-" }
        let unit = String(parts[0].dropFirst(value.count))
        let limits = Array(parts.dropFirst())
        guard parts[0] == "U" || Double(value) != nil, ["", "s", "B", "%", "c", "U"].contains(unit), limits.count <= 4,
            limits.allSatisfy({ $0.isEmpty || Double($0) != nil })
        else { throw Malformed(reason: word) }
        return Datum(value: parts[0] == "U" ? "U" : String(value), unit: unit == "U" ? "" : unit, limits: limits)
    }
}
