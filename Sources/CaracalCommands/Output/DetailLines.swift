import Caracal
import Rendering
import Text

/// Names and values below each other, for one thing that is shown with all that is in it. Long values are there to be read whole:
/// lines are not cut at the terminal's width.
struct DetailLines {
    /// What the output can show.
    let look: TerminalLook

    /// Names and values, indented.
    func text(_ pairs: [(TerminalText, TerminalText)], indent: Int = 0) -> ScreenText {
        var table = TextTable([Column(""), Column("")])
        let blanks = String(repeating: " ", count: indent)
        for (name, value) in pairs {
            table.append([Cell("\(blanks)\(name)"), Cell(value)])
        }
        return table.isEmpty ? "" : table.render(TerminalLook(usesColour: look.usesColour, width: nil))
    }

    /// The fields of a message under a title; the event in its `data` has lines of its own.
    func text(_ message: Message, titled title: TerminalText) -> ScreenText {
        let event = message.event
        let fields = message.fields.indices
            .filter { event == nil || !message.name(at: $0).elementsEqual(FieldName.data) }
            .map { (TerminalText(message.name(at: $0)), TerminalText(message.value(at: $0))) }
        let text: ScreenText = "\(title)\n\(self.text(fields, indent: 2))"
        guard let event else { return text }
        let members = event.fields.indices.map { (TerminalText(event.name(at: $0)), TerminalText(event.value(at: $0))) }
        return text + "  data, the event\n" + self.text(members, indent: 4)
    }

    /// A moment behind the id that tells it; empty for an id that is no time.
    func moment(_ milliseconds: UInt64) -> String {
        look.zone.timestamp(milliseconds: milliseconds).map { "  (\($0))" } ?? ""
    }
}

extension Message {
    /// The members of the event in its `data`; nil when there is none.
    fileprivate var event: Message? {
        lastIndex(of: FieldName.data).flatMap { Message(object: value(at: $0)) }
    }
}
