import Text

/// What the terminal at the other end can show. A file or a pipe gets `plain`.
package struct TerminalLook: Sendable, Equatable {
    /// Whether colour is wanted.
    package let usesColour: Bool
    /// The columns there are, or `nil` for no limit.
    package let width: Int?
    /// What is to be seen of tables.
    package var choices = TableChoices.standard
    /// The zone in which times are shown to a person.
    package var zone = ClockZone.utc

    /// The look of a terminal.
    package init(usesColour: Bool, width: Int? = nil) {
        self.usesColour = usesColour
        self.width = width
    }

    /// The same for a table of which nothing is chosen: one that stands beside a command's main table.
    package var withoutChoices: TerminalLook {
        var look = self
        look.choices = .standard
        look.choices.showsAll = choices.showsAll
        return look
    }

    /// No colour and no limit: the same bytes whatever reads them.
    package static let plain = TerminalLook(usesColour: false)

    /// A sentence in lines that fit, folded at spaces; what follows the first line is indented.
    package func folded(_ text: TerminalText, indent: Int = 2) -> ScreenText {
        ScreenText(safe: folded(text.text, indent: indent))
    }

    /// The same of a sentence that begins with a word in a style, behind a label. It is coloured once it is folded: an escape
    /// sequence takes no room.
    package func folded(
        label: TerminalText = "",
        word: TerminalText,
        _ style: Style?,
        _ rest: TerminalText,
        indent: Int
    ) -> ScreenText {
        let text = folded((label + word + rest).text, indent: indent)
        // On a terminal of a few columns the word itself may be folded.
        guard text.hasPrefix((label + word).text) else { return ScreenText(safe: text) }
        return "\(label)\(styled("\(word)", style))"
            + ScreenText(safe: String(text.dropFirst((label + word).text.count)))
    }

    private func folded(_ text: String, indent: Int) -> String {
        width.map { TextFolding.folded(text, width: $0, indent: indent) } ?? text
    }

    /// `text` in `style` where colour is wanted, otherwise as it is.
    package func styled(_ text: ScreenText, _ style: Style?) -> ScreenText {
        guard usesColour, let style else { return text }
        return style.applied(to: text)
    }

    /// Adds text that is known to be safe, in `style` where colour is wanted.
    func append(safe text: String, _ style: Style?, to output: inout ScreenText) {
        guard usesColour, let style else { return output.append(safe: text) }
        output += style.applied(to: ScreenText(safe: text))
    }
}

/// A colour or weight for a piece of text on a terminal. It only ever repeats what the words say.
package enum Style: Sendable, Equatable, CaseIterable {
    /// Stands out without a judgement: a heading.
    case bold
    /// Of little importance.
    case dim
    /// In order.
    case green
    /// A warning.
    case yellow
    /// A finding.
    case red

    /// `text` between this style's ANSI sequence and a reset. The empty text stays empty.
    package func applied(to text: ScreenText) -> ScreenText {
        text.isEmpty ? text : "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    private var code: Int {
        switch self {
        case .bold: 1
        case .dim: 2
        case .green: 32
        case .yellow: 33
        case .red: 31
        }
    }
}
