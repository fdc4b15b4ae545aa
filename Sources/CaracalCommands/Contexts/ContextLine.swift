import Text

/// One line of the configuration file, in the small part of TOML that contexts need.
enum ContextLine: Equatable {
    /// Nothing but white space or a comment.
    case empty
    /// `[contexts.NAME]`
    case section(String)
    /// `key = "text"`, `key = 'text'` or `key = true`.
    case assignment(key: String, value: Value)

    /// What stands behind an equals sign.
    enum Value: Equatable {
        case text(String)
        case flag(Bool)
    }

    /// Why a line is none of these: a clause that never repeats the line, which may hold what should not be here.
    struct SyntaxError: Error, Equatable {
        let reason: TerminalText
    }

    /// Reads a line without its line feed.
    init(_ line: Substring) throws(SyntaxError) {
        var rest = line
        Self.skipSpace(&rest)
        guard let first = rest.first, first != "#" else {
            self = .empty
            return
        }
        if first == "[" {
            self = .section(try Self.section(&rest))
        } else {
            self = try Self.assignment(&rest)
        }
        Self.skipSpace(&rest)
        guard rest.isEmpty || rest.first == "#" else { throw SyntaxError(reason: "unexpected text after the value") }
    }

    private static func section(_ rest: inout Substring) throws(SyntaxError) -> String {
        let wanted = SyntaxError(
            reason: "a section is written [contexts.NAME], with letters, digits, - and _ in the name"
        )
        guard let end = rest.firstIndex(of: "]") else { throw wanted }
        let inside = rest[..<end].dropFirst()
        rest = rest[end...].dropFirst()
        let prefix = "contexts."
        guard inside.hasPrefix(prefix), Context.isName(String(inside.dropFirst(prefix.count))) else { throw wanted }
        return String(inside.dropFirst(prefix.count))
    }

    private static func assignment(_ rest: inout Substring) throws(SyntaxError) -> ContextLine {
        let key = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
        rest = rest.dropFirst(key.count)
        skipSpace(&rest)
        guard !key.isEmpty, rest.first == "=" else { throw SyntaxError(reason: "a setting is written key = \"value\"") }
        rest = rest.dropFirst()
        skipSpace(&rest)
        return .assignment(key: String(key), value: try value(&rest))
    }

    private static func value(_ rest: inout Substring) throws(SyntaxError) -> Value {
        for (word, flag) in [("true", true), ("false", false)] where rest.hasPrefix(word) {
            rest = rest.dropFirst(word.count)
            return .flag(flag)
        }
        switch rest.first {
        case "\"": return .text(try quoted(&rest))
        case "'":
            let inside = rest.dropFirst().prefix { $0 != "'" }
            rest = rest.dropFirst(inside.count + 1)
            guard rest.first == "'" else { throw SyntaxError(reason: "a quote is not closed") }
            rest = rest.dropFirst()
            return .text(String(inside))
        default: throw SyntaxError(reason: "a value is \"text\" in quotes, true or false")
        }
    }

    private static func quoted(_ rest: inout Substring) throws(SyntaxError) -> String {
        var text = ""
        rest = rest.dropFirst()
        while let character = rest.popFirst() {
            if character == "\"" { return text }
            guard character == "\\" else {
                text.append(character)
                continue
            }
            guard let escaped = rest.popFirst(), escaped == "\"" || escaped == "\\" else {
                throw SyntaxError(reason: "behind a backslash only \\ and \" are understood")
            }
            text.append(escaped)
        }
        throw SyntaxError(reason: "a quote is not closed")
    }

    private static func skipSpace(_ rest: inout Substring) {
        rest = rest.drop { $0 == " " || $0 == "\t" }
    }

    /// `key = "text"`, as a line of the file.
    static func written(_ key: String, _ text: String) -> String {
        let escaped = text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }
        return "\(key) = \"\(String(escaped))\""
    }
}
