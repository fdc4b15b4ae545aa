import Caracal
import Redis
import Rendering
import Text

/// What of an entry a person wants to see.
struct TailView {
    /// Whether the entry's id is shown, and the ids by which a message delivered twice is told.
    var showsIDs = false
    /// Whether signature fields are shown.
    var showsSignature = false
    /// Whether a line that is too long is folded, and not cut.
    var wraps = false
    /// Whether a line is neither cut nor folded.
    var isWhole = false
    /// How a line is put together; nil for the tool's own way.
    var format: TailFormat?
}

/// Entries as lines for a person: time, stream, verdict, and the fields that matter. A day is named where it begins.
struct TailLines {
    private let look: TerminalLook
    private let view: TailView
    /// Whether verdicts are shown, and by which rules.
    private let rules: SignatureRules?
    private let nameWidth: Int
    private var day = ""

    /// - Parameters:
    ///   - streams: those that are followed: lines stand below each other without looking ahead.
    ///   - rules: what a failed check of signatures is; nil when they are not checked.
    init(look: TerminalLook, view: TailView, streams: [StreamDefinition], rules: SignatureRules?) {
        self.look = look
        self.view = view
        self.rules = rules
        nameWidth = streams.map { TerminalText($0.shortName).width }.max() ?? 0
    }

    /// The entries' lines, ended by line feeds: bytes, since a format has text of the operator, which is as it was typed.
    mutating func text(_ entries: [TailEntry]) -> [UInt8] {
        guard let format = view.format else { return lines(entries).bytes }
        return entries.reduce(into: []) { text, entry in
            text += format.line(entry, look.zone)
            text.append(UInt8(ascii: "\n"))
        }
    }

    /// The same in the tool's own way.
    private mutating func lines(_ entries: [TailEntry]) -> ScreenText {
        var text: ScreenText = ""
        for entry in entries {
            let moment = Int(clamping: entry.id.milliseconds)
            let time = look.zone.timestamp(milliseconds: moment)
            // The zone's offset may change within a day.
            let date = "\(time.map { String($0.prefix(10)) } ?? "-") \(look.zone.name(at: moment))"
            if date != day {
                day = date
                text += look.styled("\(date)", .dim) + "\n"
            }
            text += line(entry, clock: time.map { "\($0.dropFirst(11).prefix(12))" } ?? "-") + "\n"
        }
        return text
    }

    private func line(_ entry: TailEntry, clock: TerminalText) -> ScreenText {
        let verdict = rules.map { TailVerdict(entry.judgements, by: $0, explainsUnchecked: view.showsSignature) }
        let name = TerminalText(entry.stream.shortName)
        let id = view.showsIDs ? ("\(entry.id)" as TerminalText).padded(to: Self.idWidth) : nil
        let words = EntryWords(showsSignature: view.showsSignature, showsIDs: view.showsIDs).words(entry.message)
        let tail = [verdict?.text].compactMap(\.self) + words
        let content = tail.joined(separator: " ")
        let head = [clock, name.padded(to: nameWidth), id, verdict?.mark].compactMap(\.self).joined(separator: "  ")
        let lines: [TerminalText]
        if let width = look.width, !view.isWhole, width - head.width - 2 < Self.leastRoom {
            // Too narrow for both beside each other: what is cut is the name, and not the verdict.
            let short = [clock, verdict?.mark, id, name].compactMap(\.self).joined(separator: "  ")
            lines = [short.truncated(to: width)] + below(content, width)
        } else {
            lines = fit("\(head)  \(content)")
        }
        return lines.map { look.styled("\($0)", verdict?.style) }.joined(separator: "\n")
    }

    /// A line as wide as the terminal, or lines that are.
    private func fit(_ line: TerminalText) -> [TerminalText] {
        guard let width = look.width, !view.isWhole else { return [line] }
        guard view.wraps, line.width > width else { return [line.truncated(to: width)] }
        let first = TextFolding.lines(line, width: width, breaksWords: true)[0]
        let rest = line.text.dropFirst(first.text.count).drop { $0 == " " }
        return [first] + folded(TerminalText(keeping: String(rest)), width, indent: Self.indent)
    }

    /// The fields where they stand below time, stream and verdict.
    private func below(_ content: TerminalText, _ width: Int) -> [TerminalText] {
        if content.isEmpty { return [] }
        return view.wraps ? folded(content, width, indent: 2) : [("  " + content).truncated(to: width)]
    }

    private func folded(_ text: TerminalText, _ width: Int, indent: Int) -> [TerminalText] {
        let margin = String(repeating: " ", count: indent)
        return TextFolding.lines(text, width: max(1, width - indent), breaksWords: true).map { "\(margin)\($0)" }
    }

    /// As many columns an entry's fields have beside its time, stream and verdict; where there is less room they stand below.
    private static let leastRoom = 12

    private static let idWidth = "1767443990017-0".utf8.count
    /// How far the rest of a folded line stands behind its time.
    private static let indent = "14:02:11.020  ".utf8.count
}

/// The worst of what is said about an entry and the source entry inside it.
private struct TailVerdict {
    /// One column, by which the eye finds what is wrong.
    let mark: TerminalText
    /// What is wrong, or noteworthy, in full; nil where there is nothing to say.
    let text: TerminalText?
    let style: Style?

    /// - Parameter explainsUnchecked: whether it is said why a signature was not checked: not to who did not ask for verdicts.
    init(_ judgements: [Judgement], by rules: SignatureRules, explainsUnchecked: Bool) {
        let failure = judgements.first { $0.isFailure(by: rules) }
        guard let worst = failure ?? judgements.first(where: \.hasWarning) ?? judgements.last else {
            (mark, text, style) = ("-", nil, nil)
            return
        }
        let remarks = ([worst.reason].compactMap(\.self) + worst.remarks).joined(separator: "; ")
        if failure != nil {
            let isUnchecked = worst.outcome == .unchecked
            (mark, style) = isUnchecked ? ("?", .yellow) : ("✗", .red)
            let isSilent = isUnchecked && !explainsUnchecked
            text = isSilent ? nil : "\(worst.verdict.uppercased())\(remarks.isEmpty ? "" : " (\(remarks))")"
        } else if worst.hasWarning {
            (mark, text, style) = ("!", "\(worst.verdict) (\(remarks))", .yellow)
        } else {
            (mark, text, style) = (worst.outcome == .valid ? "✓" : "-", nil, nil)
        }
    }
}
