/// The `man` macros, with text escaped so that it is printed as it was written and can be copied from the page.
struct Roff {
    private(set) var source = ""

    /// Starts the page.
    mutating func title(_ name: String, date: String, version: String) {
        macro("TH", "\(Roff.quoted(name.uppercased())) 1 \(date) \(Roff.quoted("caracalctl " + version))")
    }

    /// Starts a section.
    mutating func section(_ name: String) {
        macro("SH", Roff.quoted(name))
    }

    /// Starts a section within a section.
    mutating func subsection(_ name: String) {
        macro("SS", Roff.quoted(name))
    }

    /// A paragraph of `markup`. `isFirst` in a section: the heading already made the room above it.
    mutating func paragraph(_ markup: String, isFirst: Bool = false) {
        if !isFirst { macro("PP") }
        text(markup)
    }

    /// Lines that stay as they are: examples.
    mutating func verbatim(_ lines: [String], isFirst: Bool = false) {
        if !isFirst { macro("PP") }
        macro("RS", "4")
        macro("nf")
        lines.forEach { line(Roff.escaped($0)) }
        macro("fi")
        macro("RE")
    }

    /// An entry of a list: its name, and below it its meaning, if it has one, both markup.
    mutating func item(_ name: String, _ meaning: String) {
        macro("TP")
        line(name)
        if !meaning.isEmpty { text(meaning) }
    }

    private mutating func macro(_ name: String, _ arguments: String = "") {
        source += ".\(name)\(arguments.isEmpty ? "" : " " + arguments)\n"
    }

    /// Running text: a sentence begins a line, and a line has no more than 80 columns.
    private mutating func text(_ markup: String) {
        var current = ""
        for word in markup.split(separator: " ") {
            let isSentence = current.hasSuffix(".") && word.first?.isUppercase ?? false
            if isSentence || current.count + 1 + word.count > 80, !current.isEmpty {
                line(current)
                current = ""
            }
            current += (current.isEmpty ? "" : " ") + word
        }
        line(current)
    }

    /// A line that starts with a point or an apostrophe would be taken for a macro.
    private mutating func line(_ markup: String) {
        source += (markup.hasPrefix(".") ? "\\&" : "") + markup + "\n"
    }
}

extension Roff {
    /// Text as markup for itself.
    static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { $0 += escaped($1) }
    }

    /// What is typed as it stands.
    static func bold(_ text: String) -> String {
        "\\fB\(escaped(text))\\fR"
    }

    /// What stands for something else.
    static func italic(_ text: String) -> String {
        "\\fI\(escaped(text))\\fR"
    }

    private static func quoted(_ text: String) -> String {
        "\"\(escaped(text))\""
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\\": "\\e"
        case "\n": " "
        case "-": "\\-"
        case "'": "\\(aq"
        case "`": "\\(ga"
        case "\"": "\\(dq"
        case "~": "\\(ti"
        case "^": "\\(ha"
        case _ where scalar.isASCII: String(scalar)
        default: "\\[u\(hexadecimal(scalar))]"
        }
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
