import Caracal
import Text

/// What has become of the messages that a run could neither publish nor settle.
enum OpenMessages {
    /// There are none.
    case none
    /// They are in this file, for `--resume`.
    case kept(file: String)
    /// They could not be written down; these are their lines.
    case lost(lines: ClosedRange<Int>, reason: TerminalText)

    /// Writes down what a run left open.
    init(_ report: PublishReport, _ rules: PublishRules) {
        // In the order of sending, as far as it tells what ran: what was refused never ran.
        let entries = report.unsettled.entries + report.rejected.map(\.entry)
        guard let first = entries.map(\.line).min(), let last = entries.map(\.line).max() else {
            self = .none
            return
        }
        let plan = ResumeFile.Plan(
            stream: report.unsettled.stream,
            maxLength: rules.maxLength,
            isInDoubt: report.doubt != nil,
            messages: UnsettledMessages(
                stream: report.unsettled.stream,
                since: report.unsettled.since,
                fence: report.unsettled.fence,
                entries: entries
            )
        )
        do {
            self = .kept(file: try ResumeFile.write(plan))
        } catch {
            self = .lost(lines: first...last, reason: error.message)
        }
    }

    /// The file they are in.
    var file: String? {
        if case .kept(let file) = self { file } else { nil }
    }
}
