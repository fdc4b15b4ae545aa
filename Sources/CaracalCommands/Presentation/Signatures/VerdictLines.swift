import Caracal
import Rendering

/// Writes the verdict on each entry as a line of JSON: `verify-sig --each`.
final class VerdictLines {
    private let output: Output
    private var writer = JSONWriter()

    init(_ output: Output) { self.output = output }

    /// Adds a line, which is written at the next `flush()`.
    func append(_ entry: CheckedEntry) {
        writer.write(entry.json)
        writer.endLine()
    }

    /// Writes what has gathered.
    func flush() throws { try output.write(writer.drain()) }
}

extension CheckedEntry {
    /// The entry as it stands in every JSON output.
    var json: JSONValue {
        .object([JSONMember("stream", .bytes(stream)), JSONMember("id", .bytes(id))] + judgement.members)
    }
}

extension Judgement {
    /// What became of one signature, as it stands in every JSON output.
    var json: JSONValue { .object(members) }

    fileprivate var members: [JSONMember] {
        [
            JSONMember("part", .string(part.rawValue)), JSONMember("scheme", JSONValue(scheme?.rawValue)),
            JSONMember("verdict", .string(verdict)), JSONMember("reason", JSONValue(reason)),
            JSONMember("warnings", .array(remarkCodes.map { .string($0) })),
        ]
    }
}
