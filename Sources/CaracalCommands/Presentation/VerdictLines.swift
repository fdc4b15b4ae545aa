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
        [
            "stream": .bytes(stream), "id": .bytes(id), "part": .string(judgement.part.rawValue),
            "scheme": JSONValue(judgement.scheme?.rawValue), "verdict": .string(judgement.verdict),
            "reason": JSONValue(judgement.reason), "warnings": .array(judgement.remarkCodes.map { .string($0) }),
        ]
    }
}
