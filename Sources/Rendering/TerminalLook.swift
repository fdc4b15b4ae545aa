/// What the terminal at the other end can show. A file or a pipe gets `plain`.
package struct TerminalLook: Sendable, Equatable {
    /// Whether colour is wanted.
    package let usesColour: Bool
    /// The columns there are, or `nil` for no limit.
    package let width: Int?

    /// The look of a terminal.
    package init(usesColour: Bool, width: Int? = nil) {
        self.usesColour = usesColour
        self.width = width
    }

    /// No colour and no limit: the same bytes whatever reads them.
    package static let plain = TerminalLook(usesColour: false)

    /// `text` in `style` where colour is wanted, otherwise as it is.
    package func styled(_ text: String, _ style: Style?) -> String {
        guard usesColour, let style else { return text }
        return style.applied(to: text)
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
    package func applied(to text: String) -> String {
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
