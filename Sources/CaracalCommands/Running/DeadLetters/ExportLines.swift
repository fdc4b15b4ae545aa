import Caracal
import Rendering

/// Dead letters as the lines of an export. The last line says that it is, so that a file that ends early is recognised:
/// each line waits until there is another.
struct ExportLines {
    /// How many dead letters there were.
    private(set) var count = 0

    private var lines: [UInt8] = []
    private var waiting: (entry: DeadLetterExport.Entry, deployment: String)?

    /// Adds a dead letter.
    mutating func append(
        _ entry: DeadLetterExport.Entry,
        of deployment: DeploymentName
    ) throws(CryptographyError) {
        try write(isLast: false)
        waiting = (entry, deployment.text)
        count += 1
    }

    /// Adds what still waits: there is no further one.
    mutating func finish() throws(CryptographyError) {
        try write(isLast: true)
        waiting = nil
    }

    /// The lines since the last call.
    mutating func drain() -> [UInt8] {
        defer { lines.removeAll(keepingCapacity: true) }
        return lines
    }

    private mutating func write(isLast: Bool) throws(CryptographyError) {
        guard let (entry, deployment) = waiting else { return }
        var writer = JSONWriter()
        writer.object { object in
            object.member("line", .integer(Int64(count)))
            object.member("stream", .bytes(entry.stream))
            object.member("id", .string("\(entry.id)"))
            object.member("shape", .string(entry.shape.rawValue))
            object.member("reason", JSONValue(bytes: entry.reason))
            object.member("fields", .fields(entry.message))
            object.member("deployment", .string(deployment))
            if isLast { object.member("last", true) }
        }
        lines += try ExportSeal.seal(writer.drain())
        lines.append(UInt8(ascii: "\n"))
    }
}
