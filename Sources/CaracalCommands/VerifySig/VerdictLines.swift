import Caracal
import Rendering

/// Writes the verdict on each entry as a line of JSON: `verify-sig --each`.
final class VerdictLines {
    private let output: Output
    private var writer = JSONWriter()
    private var contents = EntryJSON()
    private var isRead = true

    init(_ output: Output) { self.output = output }

    /// Adds a line, which is written at the next `flush()`.
    func append(_ entry: CheckedEntry, _ content: CheckedContent) {
        writer.object { object in
            for member in entry.members { object.member(member.name, member.value) }
            contents.write(content, part: entry.judgement.part, to: &object)
        }
        writer.endLine()
    }

    /// Writes what has gathered. What a check comes to does not hang on who reads it to its end: once the reader has gone,
    /// lines are dropped and the check goes on.
    func flush() throws {
        let lines = writer.drain()
        guard isRead else { return }
        do {
            try output.write(asTheyAre: lines)
        } catch is Output.Closed {
            isRead = false
        } catch _ where Output.isMissing {
            isRead = false
        }
    }
}

extension CheckedEntry {
    /// The entry as it stands in every JSON output.
    var json: JSONValue { .object(members) }

    fileprivate var members: [JSONMember] {
        [JSONMember("stream", .bytes(stream)), JSONMember("id", .bytes(id))] + judgement.members
    }
}

extension Judgement {
    /// What became of one signature, as it stands in every JSON output.
    var json: JSONValue { .object(members) }

    fileprivate var members: [JSONMember] {
        [
            JSONMember("part", .string(part.rawValue)), JSONMember("scheme", JSONValue(scheme?.rawValue)),
            JSONMember("verdict", .string(verdict)), JSONMember("other_scheme", JSONValue(other?.scheme.rawValue)),
            JSONMember("other_verdict", JSONValue(otherVerdict)), JSONMember("reason", JSONValue(reason)),
            JSONMember("warnings", .array(remarkCodes.map { .string($0) })),
        ]
    }
}
