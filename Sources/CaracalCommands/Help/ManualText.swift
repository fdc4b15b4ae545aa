import CManual
import Rendering

/// A page of the manual as text, for `help`: the few macros of man(7) and escapes that our hand-written pages use.
struct ManualText {
    private let source: String

    /// The page that is called caracalctl-NAME(7).
    init(named name: String) {
        var size = 0
        let start = cmanual_page(name, &size)
        source = String(decoding: UnsafeBufferPointer(start: start, count: size), as: UTF8.self)
    }

    /// Any source.
    init(source: String) { self.source = source }

    /// Its lines, folded at spaces. Examples are never folded.
    func page(width: Int) -> ScreenText {
        var page = Lines(width: width)
        for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
            page.take(line.hasPrefix(".") ? Macro(line.dropFirst()) : nil, line)
        }
        page.endParagraph()
        return page.lines.map { "\(keeping: $0)" as ScreenText }.joined(separator: "\n")
    }

    /// A macro and its arguments.
    private struct Macro {
        let name: Substring
        let arguments: [String]

        init(_ line: Substring) {
            name = line.prefix { $0 != " " }
            var (arguments, word): ([String], String?) = ([], nil)
            var isQuoted = false
            for character in line.dropFirst(name.count) {
                switch character {
                case "\"":
                    isQuoted.toggle()
                    word = word ?? ""
                case " " where !isQuoted:
                    if let word { arguments.append(word) }
                    word = nil
                default: word = (word ?? "") + String(character)
                }
            }
            if let word { arguments.append(word) }
            self.arguments = arguments.map(ManualText.unescaped)
        }
    }

    /// The lines so far, and what is gathered for the next.
    private struct Lines {
        let width: Int
        var lines: [String] = []
        private var paragraph = ""
        private var indent = Lines.text
        /// What is added within .RS and .RE.
        private var shift = 0
        private var isVerbatim = false
        /// Whether the next line is what an entry of a list is called.
        private var isTag = false
        /// Whether an empty line is due before the next one.
        private var isGapDue = false

        /// The columns before text; a heading's are fewer, those of what is said of an entry of a list more.
        private static let text = 4

        init(width: Int) { self.width = width }

        mutating func take(_ macro: Macro?, _ line: Substring) {
            guard let macro else { return add(ManualText.unescaped(String(line))) }
            switch macro.name {
            case "SH", "SS":
                begin(indent: Self.text)
                put(macro.arguments.joined(separator: " "), indent: macro.name == "SH" ? 0 : 2)
            case "PP": begin(indent: Self.text)
            case "TP":
                begin(indent: Self.text)
                isTag = true
            case "RS":
                endParagraph()
                shift = macro.arguments.first.flatMap { Int($0) } ?? Self.text
            case "RE":
                endParagraph()
                shift = 0
            case "nf":
                endParagraph()
                isVerbatim = true
            case "fi": isVerbatim = false
            case "B": add(macro.arguments.joined(separator: " "))
            case "BI": add(macro.arguments.joined())
            default: break
            }
        }

        private mutating func begin(indent: Int) {
            endParagraph()
            self.indent = indent
            isGapDue = !lines.isEmpty
        }

        private mutating func add(_ text: String) {
            if isVerbatim { return put(text, indent: indent + shift) }
            // The source ends with a line feed.
            if text.isEmpty { return }
            if isTag {
                put(text, indent: indent)
                isTag = false
                indent += 4
                return
            }
            paragraph += (paragraph.isEmpty ? "" : " ") + text
        }

        mutating func endParagraph() {
            guard !paragraph.isEmpty else { return }
            let start = indent + shift
            for line in TextFolding.lines(paragraph, width: max(20, width - start)) { put(line, indent: start) }
            paragraph = ""
        }

        private mutating func put(_ line: String, indent: Int) {
            if isGapDue { lines.append("") }
            isGapDue = false
            lines.append(line.isEmpty ? "" : String(repeating: " ", count: indent) + line)
        }
    }

    /// What an escape of two letters, `\(aq`, stands for.
    private static let signs = ["aq": "'", "dq": "\"", "ti": "~", "ha": "^", "ga": "`", "oq": "‘", "cq": "’"]

    /// Text without its escapes: fonts are left out.
    private static func unescaped(_ text: String) -> String {
        var (result, rest) = ("", text[...])
        while let mark = rest.firstIndex(of: "\\") {
            result += rest[..<mark]
            rest = rest[mark...].dropFirst()
            switch rest.popFirst() {
            case "(":
                result += signs[String(rest.prefix(2))] ?? ""
                rest = rest.dropFirst(2)
            case "f": rest = rest.dropFirst()
            case "e": result += "\\"
            case "&", nil: break
            case let sign?: result.append(sign)
            }
        }
        return result + rest
    }
}
