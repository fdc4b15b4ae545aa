import Rendering
import Text

extension Session {
    /// A message with the commands in it as they are typed to reach the same server, as the same user.
    func routed(_ message: TerminalText) -> TerminalText {
        switch output.format.value {
        case .table, .wide, .csv, .prometheus:
            Self.holdsCommand(message.text) ? route?.message(message) ?? message : message
        case .json, .ndjson:
            Self.holdsCommand(message.json) ? route?.document(message) ?? message : message
        }
    }

    private var route: FixRoute? { FixRoute(self) }

    private static func holdsCommand(_ text: String) -> Bool { text.contains("\(Caracalctl.name) ") }
}

/// A report whose document has the commands in its warnings as they are typed to reach the same server: they stand there in the place
/// of lines beside it.
struct RoutedReport<Report: Presentable>: Presentable {
    let report: Report
    let session: Session

    func table(_ look: TerminalLook) -> ScreenText { report.table(look) }
    var mainTable: TextTable? { report.mainTable }
    var metrics: [MetricFamily]? { report.metrics }

    var envelope: Envelope {
        let envelope = report.envelope
        return Envelope(
            schema: envelope.schema,
            at: envelope.at,
            server: envelope.server,
            items: envelope.items,
            summary: envelope.summary,
            warnings: envelope.warnings.map {
                Envelope.Warning(code: $0.code, message: session.routed(TerminalText(keeping: $0.message)).json)
            }
        )
    }
}
