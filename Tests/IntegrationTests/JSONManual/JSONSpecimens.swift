import RedisSandbox
import TestSupport
import Testing

/// What the commands write as JSON, of a server that has something of everything.
struct JSONSpecimens: Sendable {
    /// The documents, by their schema.
    private(set) var documents: [String: [JSONNode]] = [:]
    /// The lines that are no items of a document, by the heading under which the manual describes them.
    private(set) var lines: [String: [JSONNode]] = [:]

    /// Made once for all tests.
    static let gathered = Result { try JSONSpecimens() }

    private init() throws {
        self = try withServer(extra: ["maxmemory 100mb", "appendonly yes"]) { server in
            var gathering = JSONGathering(server, try TemporaryFolder())
            try gathering.run()
            return gathering.specimens
        }
    }

    fileprivate init(empty: Void) {}

    mutating func add(document text: String) throws {
        let document = try JSONNode.read(text)
        guard add(document: document) else { throw NoSchema(text: text) }
    }

    @discardableResult
    mutating func add(document: JSONNode) -> Bool {
        guard case .string(let schema)? = document["schema"] else { return false }
        documents[schema, default: []].append(document)
        return true
    }

    mutating func add(line heading: String, _ nodes: [JSONNode]) {
        lines[heading, default: []] += nodes
    }

    struct NoSchema: Error {
        let text: String
    }
}

extension JSONSpecimens {
    /// None yet.
    static var none: JSONSpecimens { JSONSpecimens(empty: ()) }
}
