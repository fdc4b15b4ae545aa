import Caracal
import Redis
import Rendering
import Text

/// Entries as lines for a person: time, stream, id, verdict, fields. A day is named where it begins.
struct TailLines {
    private let look: TerminalLook
    private let verifies: Bool
    private let rules: SignatureRules
    private var day = ""

    init(look: TerminalLook, verifies: Bool, rules: SignatureRules) {
        self.look = look
        self.verifies = verifies
        self.rules = rules
    }

    /// The entries' lines, ended by line feeds.
    mutating func text(_ entries: [TailEntry]) -> [UInt8] {
        var text = ""
        for entry in entries {
            let time = Format.timestamp(milliseconds: entry.id.milliseconds) ?? "-"
            let parts = time.dropLast().split(separator: "T", maxSplits: 1)
            let date = parts.first.map(String.init) ?? "-"
            if date != day {
                day = date
                text += look.styled("\(date) UTC", .dim) + "\n"
            }
            text += line(entry, clock: parts.dropFirst().first.map(String.init) ?? "-") + "\n"
        }
        return Array(text.utf8)
    }

    private func line(_ entry: TailEntry, clock: String) -> String {
        let verdict = verifies ? verdict(entry.judgements) : nil
        let name = DisplayWidth.padded(TerminalText(entry.stream.shortName).text, to: Self.nameWidth)
        let head = [clock, name, DisplayWidth.padded("\(entry.id)", to: Self.idWidth)]
        let fields = fields(entry.message)
        let words = head + (verdict.map { [DisplayWidth.padded($0.text, to: Self.verdictWidth)] } ?? []) + [fields]
        let whole = words.joined(separator: "  ")
        let line = look.width.map { DisplayWidth.truncated(whole, to: $0) } ?? whole
        guard let style = verdict?.style, look.usesColour else { return line }
        return style.applied(to: line)
    }

    private func fields(_ message: Message) -> String {
        message.fields.indices.map {
            "\(TerminalText(message.name(at: $0)))=\(TerminalText(message.value(at: $0)))"
        }.joined(separator: " ")
    }

    /// The worst of what is said about an entry and the source entry inside it, in full.
    private func verdict(_ judgements: [Judgement]) -> (text: String, style: Style?) {
        let failure = judgements.first { $0.isFailure(by: rules) }
        guard let worst = failure ?? judgements.first(where: \.hasWarning) ?? judgements.last else { return ("-", nil) }
        let remarks = ([worst.reason].compactMap(\.self) + worst.remarks).joined(separator: "; ")
        let word = failure == nil ? worst.verdict : worst.verdict.uppercased()
        let text = remarks.isEmpty ? word : "\(word) (\(remarks))"
        return (text, failure != nil ? .red : worst.hasWarning ? .yellow : nil)
    }

    /// The longest name of the table, so that lines stand below each other without looking ahead.
    private static let nameWidth = StreamTable.all.map(\.shortName.utf8.count).max() ?? 0
    private static let idWidth = "1767443990017-0".utf8.count
    private static let verdictWidth = "unsigned".utf8.count
}
