import Text

/// What is wrong with a line of JSON, and at which byte.
package struct JSONError: Error, Sendable, Equatable {
    /// What the scanner found wrong.
    package enum Reason: Sendable, Equatable {
        /// What should have stood there, and the byte that did; nil at the end of the line.
        case expected(Expectation, found: UInt8?)
        /// The line starts with a byte order mark.
        case byteOrderMark
        /// Bytes that are not UTF-8.
        case notUTF8
        /// A control character inside a string.
        case controlCharacter(UInt8)
        /// A backslash followed by something that JSON does not escape.
        case badEscape
        /// Half of a surrogate pair.
        case loneSurrogate
        /// A `{"base64":…}` value that is not base64.
        case badBase64
        /// One name twice in one object.
        case repeatedName([UInt8])
        /// Arrays and objects nested deeper than this.
        case tooDeep(limit: Int)
        /// A key that must be there is not.
        case missing(String)
    }

    /// What the grammar allows at some place.
    package enum Expectation: String, Sendable {
        case object = "'{'"
        case name = "a name in double quotes"
        case nameOrEnd = "a name in double quotes or '}'"
        case colon = "':' after the name"
        case value = "a value"
        case commaOrBrace = "',' or '}'"
        case commaOrBracket = "',' or ']'"
        case endOfString = "'\"' at the end of a string"
        case digit = "a digit"
        case endOfLine = "nothing after the object"
        case string = "a string"
        case bytes = "a string or {\"base64\":…}"
        case fields = "an object or an array of [name, value]"
        case pair = "an array of [name, value]"
    }

    /// The byte of the line where it is wrong, counted from 1.
    package let column: Int
    /// What is wrong there.
    package let reason: Reason
}

extension JSONError: TerminalTextConvertible {
    /// One line, lower case, escaped: `byte 17: expected ':' after the name, found "x"`.
    package var text: TerminalText { "byte \(column): \(reason)" }
}

extension JSONError.Reason: TerminalTextConvertible {
    /// What is wrong, without the place.
    package var text: TerminalText {
        switch self {
        case .expected(let expectation, let byte?):
            "expected \(expectation.rawValue), found \(TerminalText(quoting: [byte]))"
        case .expected(let expectation, nil): "expected \(expectation.rawValue), found the end of the line"
        case .byteOrderMark: "starts with a byte order mark"
        case .notUTF8: "not UTF-8"
        case .controlCharacter(let byte): "control character \(TerminalText(quoting: [byte])) in a string"
        case .badEscape: "not an escape of JSON"
        case .loneSurrogate: "half of a surrogate pair"
        case .badBase64: "not base64"
        case .repeatedName(let name): "the name \(TerminalText(quoting: name)) is given twice"
        case .tooDeep(let limit): "nested deeper than \(limit) levels"
        case .missing(let key): "\"\(key)\" is missing"
        }
    }
}
