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
