import Caracal

/// Splits a line into words as a POSIX shell does: white space between them, single quotes, double quotes, backslash. There
/// is nothing to expand but what the tool's own lines have for names that are not ASCII: `"$(printf '\303\274')"`.
struct CommandLineSplitter {
    /// Why a line cannot be split.
    enum SyntaxError: Error, Equatable {
        case openQuote(Character)
        case nothingEscaped
    }

    /// A word, and whether any part of it was quoted.
    struct Word: Equatable {
        var text = ""
        var isQuoted = false
    }

    /// What was typed so far.
    struct Unfinished {
        /// The whole words.
        let whole: [String]
        /// The one that is being typed, which may be empty.
        let last: Word
        /// The quote that is open at the end; nil for none.
        let quote: Unicode.Scalar?
        /// Whether a backslash at the end has nothing behind it.
        let isEscaped: Bool
        /// How many scalars of the last word stand before the part that bash takes for a word of its own: up to a quote or to one
        /// of the characters at which it breaks words.
        let pieceStart: Int
    }

    private(set) var words: [Word] = []
    private var word: Word?
    private var quote: Unicode.Scalar?
    private var isEscaped = false
    /// How many scalars of the word stand before the quote that is open.
    private var quoteStart = 0
    private let breaks: String.UnicodeScalarView
    private var pieceStart = 0

    /// Splits a whole line.
    static func split(_ line: String) throws(SyntaxError) -> [String] { try words(of: line).map(\.text) }

    /// The same with what of it was quoted.
    static func words(of line: String) throws(SyntaxError) -> [Word] {
        var splitter = CommandLineSplitter(line)
        if let quote = splitter.quote { throw .openQuote(Character(quote)) }
        if splitter.isEscaped { throw .nothingEscaped }
        splitter.endWord()
        return splitter.words
    }

    /// Splits what was typed so far.
    ///
    /// - Parameter breaks: the characters at which bash breaks words, its COMP_WORDBREAKS.
    static func splitUnfinished(_ line: String, breaks: String = "") -> Unfinished {
        let splitter = CommandLineSplitter(line, breaks: breaks)
        return Unfinished(
            whole: splitter.words.map(\.text),
            last: splitter.word ?? Word(),
            quote: splitter.quote,
            isEscaped: splitter.isEscaped,
            pieceStart: splitter.pieceStart
        )
    }

    private init(_ line: String, breaks: String = "") {
        self.breaks = breaks.unicodeScalars
        // By scalars: a quote with a combining mark behind it is a quote still.
        for scalar in line.unicodeScalars { take(scalar) }
    }

    private mutating func take(_ scalar: Unicode.Scalar) {
        if isEscaped { return takeEscaped(scalar) }
        switch (quote, scalar) {
        case (nil, " "), (nil, "\t"), (nil, "\n"), (nil, "\r"): endWord()
        case (nil, "'"), (nil, "\""): begin(quote: scalar)
        case (nil, "\\"), ("\"", "\\"):
            begin(quote: quote)
            isEscaped = true
        case (let open, _) where open == scalar:
            if open == "\"" { expand() }
            quote = nil
            beginPiece()
        default:
            append(scalar)
            if quote == nil, breaks.contains(scalar) { beginPiece() }
        }
    }

    private mutating func takeEscaped(_ scalar: Unicode.Scalar) {
        isEscaped = false
        // Within double quotes a backslash is itself before anything that needs none.
        if quote == "\"", scalar != "\"", scalar != "\\" { append("\\") }
        append(scalar)
    }

    private mutating func begin(quote scalar: Unicode.Scalar?) {
        word = word ?? Word()
        word?.isQuoted = true
        if quote != scalar {
            beginPiece()
            quoteStart = pieceStart
        }
        quote = scalar
    }

    private mutating func expand() {
        guard let scalars = word?.text.unicodeScalars,
            let name = ShellWord.printed(String(scalars.dropFirst(quoteStart)))
        else { return }
        word?.text = String(scalars.prefix(quoteStart)) + name
    }

    private mutating func beginPiece() {
        pieceStart = word?.text.unicodeScalars.count ?? 0
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        word = word ?? Word()
        word?.text.unicodeScalars.append(scalar)
    }

    private mutating func endWord() {
        if let word { words.append(word) }
        word = nil
        pieceStart = 0
    }
}
