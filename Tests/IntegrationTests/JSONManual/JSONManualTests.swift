import Caracal
import RedisSandbox
import TestSupport
import Testing

/// `caracalctl-json(7)` against what the commands write: neither may have a member that the other lacks.
@Suite struct JSONManualTests {
    private let manual: JSONManual
    private let specimens: JSONSpecimens

    init() throws {
        manual = try JSONManual()
        specimens = try JSONSpecimens.gathered.get()
    }

    @Test func everySchemaHasItsSectionAndItsSpecimen() throws {
        var schemas = try Self.sources(matching: #/"(?<name>caracalctl\.[a-z-]+\/[0-9]+)"/#)
        // The head of a file that only publish writes and reads.
        schemas.remove("caracalctl.publish-resume/1")
        #expect(schemas.count > 15)
        #expect(Set(manual.shapes.keys.filter { $0.hasPrefix("caracalctl.") }) == schemas)
        #expect(Set(specimens.documents.keys) == schemas)
        let others = Set(manual.shapes.keys.filter { !$0.hasPrefix("caracalctl.") && $0 != "envelope" })
        #expect(Set(specimens.lines.keys) == others)
    }

    @Test func everyMemberThatIsWrittenIsInTheManualWithItsType() {
        for (schema, documents) in specimens.documents {
            Self.expectDocumented(documents, manual.document(schema), schema)
        }
        for (heading, lines) in specimens.lines { Self.expectDocumented(lines, manual.members(of: heading), heading) }
    }

    @Test func everyMemberOfTheManualIsWritten() {
        Self.expectMet(specimens.documents.values.flatMap(\.self), manual.members(of: "envelope"), "envelope")
        for (heading, nodes) in specimens.documents.merging(specimens.lines, uniquingKeysWith: +) {
            Self.expectMet(nodes, manual.members(of: heading), heading)
        }
    }

    @Test func everyCodeOfAWarningIsInTheManual() throws {
        let codes = Set(Finding.Code.allCases.map(\.rawValue))
        #expect(codes.count > 40)
        #expect(codes.subtracting(manual.codes) == [])
        #expect(manual.codes.subtracting(codes).allSatisfy { $0.hasPrefix("over_") })
        for document in specimens.documents.values.joined() {
            guard case .array(let warnings)? = document["warnings"] else { continue }
            for case .string(let code)? in warnings.map({ $0["code"] }) { #expect(manual.codes.contains(code)) }
        }
    }

    /// What is seldom to be had: a server that fills while it is watched, one with replicas, one that refuses in the middle, a binary
    /// that knows its commit.
    private static let seldom: Set<String> = [
        "caracalctl.version/1: items[].commit",
        "caracalctl.memory/1: summary.forecast.full_in_ms", "caracalctl.publish/1: summary.unconfirmed",
        "caracalctl.group-rm/1: items[].reason", "caracalctl.group-prune/1: items[].reason",
        "caracalctl.group-prune/1: items[].last_seen_ms", "caracalctl.consumer-prune/1: items[].reason",
        "dlq redrive -o ndjson: reason", "publish --resume: first line: acknowledged_id",
    ]

    private static func expectDocumented(
        _ nodes: [JSONNode],
        _ documented: [String: Set<String>],
        _ heading: String
    ) {
        let open = documented.filter { $0.value.contains("open") }.keys
        for (path, types) in shape(of: nodes) where !open.contains(where: { path.hasPrefix($0 + ".") }) {
            let allowed = documented[path] ?? []
            let accepted = allowed.contains("number") ? allowed.union(["integer"]) : allowed
            #expect(
                types.isSubset(of: accepted),
                "\(heading): \(path) is \(types.sorted()), documented as \(allowed.sorted())"
            )
        }
    }

    private static func expectMet(_ nodes: [JSONNode], _ documented: [String: Set<String>], _ heading: String) {
        let shape = shape(of: nodes)
        for path in documented.keys.sorted() where !seldom.contains("\(heading): \(path)") {
            #expect(shape[path].map { $0 != ["null"] } == true, "\(heading): \(path) was not met with a value")
        }
    }

    private static func shape(of nodes: [JSONNode]) -> [String: Set<String>] {
        nodes.reduce([:]) { $0.joined($1.shape()) }
    }

    private static func sources(matching pattern: Regex<(Substring, name: Substring)>) throws -> Set<String> {
        var names: Set<String> = []
        for file in swiftFiles(in: "\(Repository.root)/Sources") {
            let source = String(decoding: try TemporaryFolder.read(file), as: UTF8.self)
            for match in source.matches(of: pattern) { names.insert(String(match.output.name)) }
        }
        return names
    }

    private static func swiftFiles(in folder: String) -> [String] {
        (FileTree.names(in: folder) ?? []).flatMap { name in
            name.hasSuffix(".swift") ? ["\(folder)/\(name)"] : swiftFiles(in: "\(folder)/\(name)")
        }
    }
}
