/// The colour of a context's prompt.
enum ContextColour: String, CaseIterable {
    case red, green, yellow, blue, magenta, cyan

    /// `text` between the colour's ANSI sequence and a reset.
    func applied(to text: String) -> String {
        "\u{1B}[1;\(code)m\(text)\u{1B}[0m"
    }

    private var code: Int {
        switch self {
        case .red: 31
        case .green: 32
        case .yellow: 33
        case .blue: 34
        case .magenta: 35
        case .cyan: 36
        }
    }
}
