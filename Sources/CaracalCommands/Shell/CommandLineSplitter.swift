/// Splits a line into words as a POSIX shell does: white space between them, single quotes, double quotes, backslash. There
/// is nothing to expand.
struct CommandLineSplitter {
    /// Why a line cannot be split.
    enum Fault: Error, Equatable {
        case openQuote(Character)
        case nothingEscaped
    }

    /// A word, and whether any part of it was quoted.
    struct Word: Equatable {
        var text = ""
        var isQuoted = false
    }

    private(set) var words: [Word] = []
    private var word: Word?
    private var quote: Unicode.Scalar?
    private var isEscaped = false

    /// Splits a whole line.
    static func split(_ line: String) throws(Fault) -> [String] {
        var splitter = CommandLineSplitter(line)
        if let quote = splitter.quote { throw .openQuote(Character(quote)) }
        if splitter.isEscaped { throw .nothingEscaped }
        splitter.endWord()
        return splitter.words.map(\.text)
    }

    /// Splits what was typed so far: the whole words, and the one that is being typed, which may be empty.
    static func splitUnfinished(_ line: String) -> (whole: [String], last: Word) {
        let splitter = CommandLineSplitter(line)
        return (splitter.words.map(\.text), splitter.word ?? Word())
    }

    private init(_ line: String) {
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
        case (let open, _) where open == scalar: quote = nil
        default: append(scalar)
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
        quote = scalar
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        word = word ?? Word()
        word?.text.unicodeScalars.append(scalar)
    }

    private mutating func endWord() {
        if let word { words.append(word) }
        word = nil
    }
}
