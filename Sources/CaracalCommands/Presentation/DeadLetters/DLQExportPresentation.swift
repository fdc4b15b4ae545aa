import Caracal
import Rendering
import Text

/// How `dlq export --to` says what it wrote.
struct DLQExportPresentation: Presentable {
    let count: Int
    let path: String
    let server: ServerPresentation
    /// Whether nothing is said of what went well.
    let problemsOnly: Bool
    let at = WallClock.now

    func table(_ look: TerminalLook) -> String {
        problemsOnly ? "" : "\(Format.count(count, "dead letter")) in \(TerminalText(path))\n"
    }

    var envelope: Envelope {
        let item: JSONValue = ["file": .string(path), "exported": .integer(Int64(count))]
        return Envelope(
            schema: "caracalctl.dlq-export/1",
            at: at,
            server: server.json,
            items: [item],
            summary: item,
            warnings: []
        )
    }
}
