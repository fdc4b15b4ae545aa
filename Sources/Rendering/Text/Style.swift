/// A colour or weight for a piece of text on a terminal. It only ever repeats what the words say.
package enum Style: Sendable, Equatable, CaseIterable {
    /// Stands out without a judgement: a heading.
    case bold
    /// Of little importance.
    case dim
    /// In order.
    case green
    /// Deserves a look.
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
