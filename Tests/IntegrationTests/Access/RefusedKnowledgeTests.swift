import FoundationEssentials
import RedisSandbox
import TestSupport
import Testing

/// Each right taken away from each command that only looks: what is known with all rights may then be unknown, absent or
/// refused. It is never another number, and never ok.
@Suite struct RefusedKnowledgeTests {
    static let lines = [
        "xlen --dead -o json", "pending -o json", "pending audit.events audit-ingestor --all -o json", "memory -o json",
        "verify-sig --all --each", "verify-sig --all -o json", "check -o json", "doctor --skip acl-rights -o json",
        "tail audit.events --from 1-0 --no-follow -o ndjson", "watch -o ndjson --count 1", "dlq -o json",
        "dlq ls -o json",
    ]

    @Test(arguments: lines, [RedisBinary.v6_2, .v8_2])
    func nothingBecomesKnownByARightThatIsMissing(line: String, binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 2gb"]) { server in
            let bench = try AccessBench(server)
            let run = AccessRun(line: line, roles: [], preparations: Self.troubles)
            let whole = try bench.run(run, as: "caracal-observer")
            var truth = try JSONFacts(whole.stdout)
            for right in bench.rights(of: "observer") where right.hasPrefix("+") {
                try bench.makeProbe("observer", without: right)
                let result = try bench.rerun(run, as: "probe")
                let facts = try JSONFacts(result.stdout)
                if facts.values.contains(where: { !truth.allows($1, at: $0) }) {
                    // A consumer may have been silent for too long since the last look: what is so before or after is true.
                    let before = truth
                    truth = try JSONFacts(bench.rerun(run, as: "caracal-observer").stdout)
                    for (path, value) in facts.values
                    where !before.allows(value, at: path) && !truth.allows(value, at: path) {
                        Issue.record(
                            "\(line) without \(right): \(path) is \(value), not \(truth.values[path] ?? "there")"
                        )
                    }
                }
                if whole.status != 0 {
                    #expect(result.status != 0, "\(line) without \(right) ends with 0: \(result.stderr)")
                }
            }
        }
    }

    /// Something that each check of a group or an entry has to see.
    private static let troubles = [
        "XGROUP DESTROY caracal.keys.invalidate sts-keys", "XADD caracal.agents.lifecycle 7-1 a b",
        "XADD caracal.agents.lifecycle 8-1 a b",
    ]
}

/// A document's leaves by their paths; elements of arrays are named by what tells them apart, not by their place.
struct JSONFacts {
    private(set) var values: [String: String] = [:]

    init(_ text: String) throws {
        // One document, or one a line.
        if let whole = try? JSONDecoder().decode(Leaf.self, from: Data(text.utf8)) {
            add(whole, "")
        } else {
            for line in text.split(separator: "\n") {
                let leaf = try JSONDecoder().decode(Leaf.self, from: Data(line.utf8))
                add(leaf, leaf.identity)
            }
        }
    }

    /// Whether a value may stand where this document has another one, in the answer to a user that may see less.
    func allows(_ value: String, at path: String) -> Bool {
        guard let truth = values[path] else { return Self.isSilence(value) || Self.isOpen(path) }
        // What was counted is then what the server's counters say: the same number, which nothing confirms.
        if truth == "\"exact\"", value == "\"reported\"" { return true }
        return value == truth || Self.isSilence(value) || Self.isOpen(path) || Self.isSmallerTally(value, truth, path)
    }

    /// A count of what was looked at, which is less where less may be looked at.
    private static func isSmallerTally(_ value: String, _ truth: String, _ path: String) -> Bool {
        guard let value = Int64(value), let truth = Int64(truth), value < truth else { return false }
        let name = path.split(separator: ".").last.map(String.init) ?? path
        return ["shown", "listed", "entries", "valid", "invalid", "unsigned", "active", "stuck", "gone"].contains(name)
    }

    private static func isSilence(_ value: String) -> Bool {
        ["null", "false", "\"unknown\"", "\"refused\"", "\"unchecked\"", "\"at_least\"", "\"at_most\""].contains(value)
    }

    /// What differs from run to run, counts what else is in the document, or explains it; and estimates.
    private static func isOpen(_ path: String) -> Bool {
        let name = path.split(separator: ".").last.map(String.init) ?? path
        let namesWhatIsNotKnown =
            ignorance.contains { path.contains(".\($0)[") } || path.contains("\"\"unknown\"]")
            || path.contains("\"\"warning\"]")
        let isOfTheMoment = path.hasSuffix("\"oldest\"].value") || path.hasSuffix("\"memory\"].value")
        return path.hasPrefix(".warnings") || open.contains(name) || namesWhatIsNotKnown || isOfTheMoment
            || ["_ms", "_bytes", "_per_second", "_estimate"].contains { name.hasSuffix($0) }
    }

    /// Members that list what could not be looked at.
    private static let ignorance = ["not_permitted", "unmeasured", "not_measured", "not_checked"]

    private static let open: Set<String> = [
        "at", "idle", "age", "round_trips", "unknown", "ok", "failure", "warning", "note", "problems",
        "unsaved_changes",
        "fragmentation", "sampled_entries", "bytes_per_entry", "bytes_at_bound", "largest_bound_that_fits", "message",
        "reason", "finding", "evidence", "fix", "state", "unlisted", "status", "part",
    ]

    private mutating func add(_ leaf: Leaf, _ path: String) {
        switch leaf {
        case .value(let text): values[path] = text
        case .object(let members):
            for (name, member) in members { add(member, "\(path).\(name)") }
            if let check = members["check"], let status = members["status"] {
                // A check may have several outcomes: that it has this one is the fact.
                values["\(path).is.\(check.text)"] = status.text == "\"unknown\"" ? "null" : "true"
            }
        case .array(let elements):
            for element in elements { add(element, "\(path)[\(element.identity)]") }
        }
    }

    private indirect enum Leaf: Decodable {
        case value(String)
        case array([Leaf])
        case object([String: Leaf])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .value("null")
            } else if let flag = try? container.decode(Bool.self) {
                self = .value("\(flag)")
            } else if let text = try? container.decode(String.self) {
                self = .value("\"\(text)\"")
            } else if let number = try? container.decode(Int64.self) {
                self = .value("\(number)")
            } else if let number = try? container.decode(Double.self) {
                self = .value("\(number)")
            } else if let elements = try? container.decode([Leaf].self) {
                self = .array(elements)
            } else {
                self = .object(try container.decode([String: Leaf].self))
            }
        }

        var text: String {
            if case .value(let text) = self { text } else { "" }
        }

        /// The members that name it, and a check's status, as that is what it says.
        var identity: String {
            guard case .object(let members) = self else { return text }
            return ["stream", "group", "id", "check", "consumer", "name", "reason", "scheme"]
                .compactMap { members[$0]?.text }.joined(separator: " ")
                + (members["check"] == nil || members["value"] != nil ? "" : members["status"]?.text ?? "")
        }
    }
}
